/** Unified addresses with unknown items among them, from the vectors of ZIP 316 (zcash-test-vectors, unified_address). */
export const UNIFIED: readonly {
  readonly p2pkh: string | null;
  readonly p2sh: string | null;
  readonly sapling: string | null;
  readonly orchard: string | null;
  readonly address: string;
}[] = [
  {
    p2pkh: 'e6cabf813929132d772d04b03ae85223d03b9be8',
    p2sh: null,
    sapling: null,
    orchard: 'd4714ee761d1ae823b6972152e20957fefa3f6e3129ea4dfb0a9e98703a63dab929589d6dc51c970f935b3',
    address:
      'u1yy6w8n3jmjsgj9wvcenr8r5p6h38vyclhmq0wg9kzpxlu46z8v64k5gszr8yfwz4jvrylvvg3g633z02luk85nmsck6d2sex3n5d7kn68hzz5tv4udt9p6sy7pgleeulvglvx2627dff57q9fep5wgdx8m0esx28m0zvuxpmwyazt3jun2rpqw8nu6j2fceqghk55ced66js6k6jxn8y2xtue8f3paqjrk8q6nptnn',
  },
  {
    p2pkh: null,
    p2sh: 'e6cabf813929132d772d04b03ae85223d03b9be8',
    sapling: '435b0bbc95b5b7d52531a3944f2b85603ee22aaf850963bc156eb561edf2cbe7cf0e770e393ae5d7049026',
    orchard: null,
    address:
      'u1k9kavjcgta8y9t9lv3grvry5fqs6avhe9panu4jlg5j5mkkn4wj844mau24n4hx79yst6glun3wa095upapkqhgyrq9kfd7jr7q9dgpafhwvgl8ujxrlprl5zahl69cprsets6h2t98',
  },
  {
    p2pkh: null,
    p2sh: null,
    sapling: null,
    orchard: '31844683a07bf8e30057902b0d23e2b2ce9cad0b22190238ca4f329da92c7979052b00f735cb210671bdb0',
    address:
      'u1p5rt2l48lpmyyeypnffal288jgf2tz50fzn23jdp68vcujvwn0uz5u0evcp35jfmfvrl26az7suqqfm0skn9mmz9un86gqkq9va32v4s',
  },
  {
    p2pkh: null,
    p2sh: null,
    sapling: '78ba60804b822cc7e970b11a96b5bccbda556a7c26f0b082cfcd9a68e2690017771c4bdcf8f8bad3c8591f',
    orchard: '6170bb326d6d596c1103834e8fb646ebce4f06c59a9f7baa75e502e30378edfa211a93c00fe911ceedf4ae',
    address:
      'u1s5wcl3lpcyl35jcluvjrdn7wctdjxcfx4gdpk28fc9y69cdtz672lr4jd084ulxmh5kc4uj0y7u5grdkke0czlvyfht962qhtz5k7rnj74vk5a3pky60r9wm7pan49ym3y60x7dqyc9uw0h9n0rgc6wt4mruplrp0eyx6qx5mq4n8ssw',
  },
  {
    p2pkh: null,
    p2sh: '15fa08da52754a1095e3ff1abd5ce4fddfccfc3a',
    sapling: '6493348e8aee112a87f5fa65e1c57065aad369401e05d0daa96e0bcd89e67bf19beb3ac74d599d94585a68',
    orchard: null,
    address:
      'u1cwl9psvwpfsh70cjncdjxtyr9v5xr6xhjmgy64a3gtp2vneq6ffvzvc5r995du3wjt5v5jstvc2zmddr4rhjkhaunck2uyc7a7anje64lerdth8z39ytm4y55gqm6m7z2fe2vz2tlgm',
  },
];

/** The vectors of ZIP 320 (zcash-test-vectors, zip_0320): P2PKH address, hash, TEX address. */
export const TEX: readonly (readonly [string, string, string])[] = [
  [
    't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW',
    '7bb83570b8fae146e03c5331a020b1e0892f631d',
    'tex10wur2u9clts5dcpu2vc6qg93uzyj7cca2xm732',
  ],
  [
    't1LZdE42PAt1wREUv1YMYRFwJDPHPW8toLL',
    '1d81e86791c72d292f906e7c039a729e4b1ff7fc',
    'tex1rkq7seu3cukjjtusde7q8xnjne93laluyvdxu7',
  ],
  [
    't1M5AgJw56FNFRBNGtzAGX4AHfQh7ZCxd4w',
    '231839e305c0a02ed681406faf222585f6623904',
    'tex1yvvrncc9czsza45pgph67g39shmxywgyvsypwn',
  ],
  [
    't1bh6KjXccz6Ed45vFc3GeqoxWbwPxe8w2n',
    'c3755398b8b77f633fca7ccbda900831478979c9',
    'tex1cd648x9ckalkx0720n9a4yqgx9rcj7wfvjcq63',
  ],
  [
    't1UG6FVxexmJRFXG4gvEmSF9HSTwHMFaSDT',
    '71f1fc6fd69370f23611536b3b64e7df1cebef69',
    'tex1w8clcm7kjdc0yds32d4nke88muwwhmmfunhkhd',
  ],
];

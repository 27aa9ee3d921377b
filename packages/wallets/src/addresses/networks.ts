/** Networks whose addresses are known. */
export type AddressNetwork =
  | 'zcash'
  | 'zcash-testnet'
  | 'zcash-regtest'
  | 'komodo'
  | 'ycash'
  | 'zclassic'
  | 'bitcoinz'
  | 'truechain';

/** Networks whose addresses are those of the Zcash family. */
export type ZcashNetwork = Exclude<AddressNetwork, 'truechain'>;

/** Prefixes of the addresses of a Zcash-like network. An empty human-readable part means that the network lacks that form. */
export interface ZcashPrefixes {
  /** The name in sentences. */
  readonly title: string;
  /** Bytes in front of a hash, in base58check. */
  readonly p2pkh: readonly number[];
  readonly p2sh: readonly number[];
  readonly sprout: readonly number[];
  /** Human-readable parts of bech32 (Sapling) and bech32m (unified, TEX). */
  readonly sapling: string;
  readonly unified: string;
  /** Revision 1 of unified addresses, which may expire. */
  readonly unifiedRevision1: string;
  readonly tex: string;
}

const ZCASH: ZcashPrefixes = {
  title: 'Zcash',
  p2pkh: [0x1c, 0xb8],
  p2sh: [0x1c, 0xbd],
  sprout: [0x16, 0x9a],
  sapling: 'zs',
  unified: 'u',
  unifiedRevision1: 'ur',
  tex: 'tex',
};
const TESTNET: ZcashPrefixes = {
  title: "Zcash's testnet",
  p2pkh: [0x1d, 0x25],
  p2sh: [0x1c, 0xba],
  sprout: [0x16, 0xb6],
  sapling: 'ztestsapling',
  unified: 'utest',
  unifiedRevision1: 'urtest',
  tex: 'textest',
};
/** The forks left Zcash before unified addresses. */
const BEFORE_UNIFIED = { unified: '', unifiedRevision1: '', tex: '' };

/**
 * Zclassic and BitcoinZ have Zcash's own prefixes, so their addresses cannot be told from Zcash's. Regtest shares the transparent
 * ones of testnet.
 */
export const ZCASH_PREFIXES: Readonly<Record<ZcashNetwork, ZcashPrefixes>> = {
  zcash: ZCASH,
  'zcash-testnet': TESTNET,
  'zcash-regtest': {
    ...TESTNET,
    title: "Zcash's Regtest",
    sapling: 'zregtestsapling',
    unified: 'uregtest',
    unifiedRevision1: 'urregtest',
    tex: 'texregtest',
  },
  komodo: { ...ZCASH, ...BEFORE_UNIFIED, title: 'Komodo', p2pkh: [60], p2sh: [85] },
  ycash: {
    ...ZCASH,
    ...BEFORE_UNIFIED,
    title: 'Ycash',
    p2pkh: [0x1c, 0x28],
    p2sh: [0x1c, 0x2c],
    sprout: [0x16, 0x36],
    sapling: 'ys',
  },
  zclassic: { ...ZCASH, ...BEFORE_UNIFIED, title: 'Zclassic' },
  bitcoinz: { ...ZCASH, ...BEFORE_UNIFIED, title: 'BitcoinZ' },
};

/** Chains by the name that the configuration gives them. */
const BY_CHAIN: Readonly<Record<string, AddressNetwork>> = {
  ...Object.fromEntries(Object.keys(ZCASH_PREFIXES).map((name) => [name, name as AddressNetwork])),
  'zcash-devnet': 'zcash-regtest',
  'zcash-devnet-48_5': 'zcash-regtest',
  truechain: 'truechain',
};

/** @returns the network whose addresses a chain has; undefined for chains whose addresses are not known here */
export function addressNetworkOf(chain: string): AddressNetwork | undefined {
  return Object.hasOwn(BY_CHAIN, chain) ? BY_CHAIN[chain] : undefined;
}

/** @returns the network whose addresses a chain of the Zcash family has; undefined for other chains, and for those not known here */
export function zcashNetworkOf(chain: string): ZcashNetwork | undefined {
  const network = addressNetworkOf(chain);
  return network !== undefined && isZcashNetwork(network) ? network : undefined;
}

function isZcashNetwork(network: AddressNetwork): network is ZcashNetwork {
  return Object.hasOwn(ZCASH_PREFIXES, network);
}

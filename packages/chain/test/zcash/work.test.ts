import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex, uint32LE } from '@adit/primitives';
import fc from 'fast-check';
import { zcashChain } from '../../src/zcash/chains.ts';
import { workFromTemplate } from '../../src/zcash/work.ts';
import { sampleTemplate } from './sample-template.ts';
import { NO_VECTORS, templates } from './vectors.ts';

const mainnet = zcashChain('zcash');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('the templates of real nodes give the expected notify parameters', { skip: NO_VECTORS }, () => {
  const all = templates();
  assert.equal(all.length, 6);
  for (const { origin, response, derived } of all) {
    const work = workFromTemplate(
      response,
      zcashChain(origin.includes('testnet') ? 'zcash-testnet' : 'zcash'),
    );
    const notify = [
      '<jobid>',
      encodeHex(uint32LE(work.version)),
      encodeHex(work.prevHash),
      encodeHex(work.merkleRoot),
      encodeHex(work.reserved),
      encodeHex(uint32LE(work.time)),
      encodeHex(uint32LE(work.bits)),
      true,
    ];
    assert.deepEqual(notify, derived.notify_params, origin);
    assert.equal(work.height, response['height']);
    assert.equal(work.empty, (response['transactions'] as unknown[]).length === 0);
  }
});

test('time may move within the limits of the node on mainnet and not at all on testnet', {
  skip: NO_VECTORS,
}, () => {
  for (const { origin, response } of templates()) {
    const testnet = origin.includes('testnet');
    const work = workFromTemplate(response, zcashChain(testnet ? 'zcash-testnet' : 'zcash'));
    assert.equal(work.minTime, testnet ? response['curtime'] : response['mintime']);
    assert.equal(work.maxTime, testnet ? response['curtime'] : response['maxtime']);
  }
});

test('a node without maxtime gets at most an hour, and never beyond 90 minutes after the median', () => {
  const template = { ...sampleTemplate({ curtime: 1_000_000 }), maxtime: undefined };
  assert.equal(workFromTemplate(template, mainnet).maxTime, 1_000_000 + 3600);
  assert.equal(
    workFromTemplate({ ...template, mintime: 1_000_000 - 5000 }, mainnet).maxTime,
    1_000_000 + 399,
  );
  assert.equal(workFromTemplate({ ...template, mintime: 1_000_000 - 9000 }, mainnet).maxTime, 1_000_000);
});

test('transactions and coinbase are opaque: any bytes of any version pass unchanged', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 9, selector: encodeHex }),
      (coinbase, transactions) => {
        const work = workFromTemplate(sampleTemplate({ coinbase, transactions }), mainnet);
        assert.deepEqual(work.coinbase, coinbase);
        assert.deepEqual(work.transactions, transactions);
        assert.equal(work.empty, transactions.length === 0);
      },
    ),
    { numRuns: 50 },
  );
});

test('two templates share an id only when their content is the same', () => {
  const id = (options: Parameters<typeof sampleTemplate>[0]): string =>
    workFromTemplate(sampleTemplate(options), mainnet).id;
  assert.equal(id({ height: 9 }), id({ height: 9 }));
  const ids = [
    id({ height: 9 }),
    id({ height: 10 }),
    id({ height: 9, previous: 'ab'.repeat(32) }),
    id({ height: 9, transactions: [bytes('x')] }),
    id({ height: 9, curtime: 1_790_000_001 }),
    id({ height: 9, bits: '1f055553', target: `00055553${'0'.repeat(56)}` }),
  ];
  assert.equal(new Set(ids).size, ids.length);
  assert.match(id({ height: 9 }), /^9-[0-9a-f]{16}$/);
});

test('hashes arrive in display order and are kept in header order', () => {
  const previous = `${'00'.repeat(31)}ff`;
  assert.equal(
    encodeHex(workFromTemplate(sampleTemplate({ previous }), mainnet).prevHash),
    `ff${'00'.repeat(31)}`,
  );
});

const good = sampleTemplate({ transactions: [bytes('a'), bytes('b')] });
const roots = good['defaultroots'] as Record<string, unknown>;
const coinbase = good['coinbasetxn'] as Record<string, unknown>;
const [firstTransaction, secondTransaction] = good['transactions'] as Record<string, unknown>[];
const zeros = '00'.repeat(32);

for (const [what, change, code, message] of [
  ['no object', null, 'ADIT_BAD_FIELD', /^getblocktemplate must be an object/],
  ['no height', { height: undefined }, 'ADIT_BAD_FIELD', /\.height must be/],
  ['a height in a string', { height: '5' }, 'ADIT_BAD_FIELD', /\.height must be/],
  ['a fractional version', { version: 4.5 }, 'ADIT_BAD_FIELD', /\.version must be/],
  [
    'a short previous hash',
    { previousblockhash: 'abcd' },
    'ADIT_BAD_FIELD',
    /\.previousblockhash must be 64/,
  ],
  ['bits of three bytes', { bits: '1f0555' }, 'ADIT_BAD_FIELD', /\.bits must be 8/],
  ['negative bits', { bits: '1f855554' }, 'ADIT_BAD_FIELD', /\.bits must be/],
  ['bits of zero', { bits: '1f000000', target: zeros }, 'ADIT_BAD_FIELD', /\.bits must be/],
  [
    'bits easier than the chain allows',
    { bits: '2007ffff', target: undefined },
    'ADIT_WRONG_NETWORK',
    /of another network than zcash/,
  ],
  [
    'a target that is not that of bits',
    { target: `0005555300${'00'.repeat(27)}` },
    'ADIT_BAD_FIELD',
    /\.target must be/,
  ],
  ['no time', { curtime: undefined }, 'ADIT_BAD_FIELD', /\.curtime must be/],
  ['a least time after the time', { mintime: 1_790_000_001 }, 'ADIT_BAD_FIELD', /\.mintime must be/],
  ['a greatest time before the time', { maxtime: 1_789_999_999 }, 'ADIT_BAD_FIELD', /\.maxtime must be/],
  ['no coinbase', { coinbasetxn: undefined }, 'ADIT_BAD_FIELD', /\.coinbasetxn must be there/],
  [
    'an empty coinbase',
    { coinbasetxn: { ...coinbase, data: '' } },
    'ADIT_BAD_FIELD',
    /\.coinbasetxn\.data must be/,
  ],
  [
    'a coinbase without hash',
    { coinbasetxn: { ...coinbase, hash: undefined } },
    'ADIT_BAD_FIELD',
    /\.coinbasetxn\.hash must be/,
  ],
  ['no transactions', { transactions: undefined }, 'ADIT_BAD_FIELD', /\.transactions must be an array/],
  [
    'a transaction that is odd hex',
    { transactions: [{ ...firstTransaction, data: 'abc' }] },
    'ADIT_BAD_FIELD',
    /\.transactions\[0\]\.data must be/,
  ],
  [
    'too many bytes',
    { transactions: [{ ...firstTransaction, data: 'ab'.repeat(2_000_000) }] },
    'ADIT_BAD_FIELD',
    /\.transactions must be at most/,
  ],
  [
    'no reserved slot',
    { blockcommitmentshash: undefined, lightclientroothash: undefined, finalsaplingroothash: undefined },
    'ADIT_BAD_FIELD',
    /\.blockcommitmentshash must be/,
  ],
  [
    'two values for the reserved slot',
    { lightclientroothash: zeros },
    'ADIT_BAD_FIELD',
    /\.lightclientroothash must be equal/,
  ],
  [
    'another default for the reserved slot',
    { defaultroots: { ...roots, blockcommitmentshash: zeros } },
    'ADIT_BAD_FIELD',
    /\.defaultroots\.blockcommitmentshash must be/,
  ],
  [
    'another merkle root',
    { defaultroots: { ...roots, merkleroot: zeros } },
    'ADIT_BAD_TEMPLATE',
    /\.defaultroots\.merkleroot does not follow/,
  ],
  [
    'a transaction hash that is wrong',
    { transactions: [{ ...firstTransaction, hash: zeros }, secondTransaction] },
    'ADIT_BAD_TEMPLATE',
    /\.defaultroots\.merkleroot does not follow/,
  ],
  [
    'an auth digest that is wrong',
    { transactions: [{ ...firstTransaction, authdigest: zeros }, secondTransaction] },
    'ADIT_BAD_TEMPLATE',
    /\.defaultroots\.authdataroot does not follow/,
  ],
  [
    'a transaction left out',
    { transactions: [firstTransaction] },
    'ADIT_BAD_TEMPLATE',
    /\.defaultroots\.merkleroot does not follow/,
  ],
  [
    'another chain history',
    { defaultroots: { ...roots, chainhistoryroot: zeros } },
    'ADIT_BAD_TEMPLATE',
    /\.defaultroots\.blockcommitmentshash does not follow/,
  ],
  ['a long-poll id without end', { longpollid: 'x'.repeat(257) }, 'ADIT_BAD_FIELD', /\.longpollid must be/],
] as const) {
  test(`a template with ${what} is refused and the field is named`, () => {
    const template = change === null ? 'nothing' : { ...good, ...change };
    assert.throws(() => workFromTemplate(template, mainnet), { code, message });
  });
}

test('a template without default roots or auth digests, as older nodes give it, is mined', () => {
  const { defaultroots, ...old } = good;
  assert.ok(defaultroots !== undefined);
  assert.equal(workFromTemplate(old, mainnet).transactions.length, 2);
  const withoutDigests = {
    ...good,
    transactions: [{ ...firstTransaction, authdigest: undefined }, secondTransaction],
  };
  assert.equal(workFromTemplate(withoutDigests, mainnet).transactions.length, 2);
});

test('the chain limit itself is allowed', () => {
  const easiest = sampleTemplate({ bits: '1f07ffff', target: `0007ffff${'0'.repeat(56)}` });
  assert.equal(workFromTemplate(easiest, mainnet).target, 0x7ffffn << 224n);
});

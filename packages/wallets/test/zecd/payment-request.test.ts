import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WalletOutput } from '@adit/money';
import { decodeHex, encodeHex } from '@adit/primitives';
import { DecimalText } from '@adit/rpc';
import { writeAddress, writeTexAddress, writeUnifiedAddress } from '../../src/addresses/write-address.ts';
import { coinsText, zatoshiFrom } from '../../src/zecd/amounts.ts';
import { zecdLimits } from '../../src/zecd/limits.ts';
import { readListing } from '../../src/zecd/listing.ts';
import { recipientsOf } from '../../src/zecd/payment-request.ts';
import { TEX, UNIFIED } from '../addresses/vectors.ts';
import { output } from './rig.ts';

const NETWORK = 'zcash-regtest';
const orchard = { kind: 'orchard', raw: decodeHex(UNIFIED[3]?.orchard) } as const;
const sapling = { kind: 'sapling', raw: decodeHex(UNIFIED[3]?.sapling) } as const;
const hash = { kind: 'p2pkh', raw: decodeHex(TEX[0]?.[1]) } as const;
const OWN = writeAddress(orchard, NETWORK);
const limits = zecdLimits();
const hashes = (count: number): WalletOutput[] =>
  Array.from({ length: count }, (_, i) => {
    const raw = hash.raw.slice();
    raw[0] = i % 256;
    raw[1] = i >> 8;
    return output(writeAddress({ kind: 'p2pkh', raw }, NETWORK), 1_000_000n);
  });
const ask = (outputs: readonly WalletOutput[], tag = 'adit:zcash:1') =>
  recipientsOf({ batch: '1', tag, outputs }, OWN, { limits, network: NETWORK });

test('amounts are texts with eight decimals, and a tag output to the own address is added', () => {
  const zs = writeAddress(sapling, NETWORK);
  assert.deepEqual(ask([output(zs, 123_456_789n)]), [
    { address: zs, amount: '1.23456789' },
    { address: OWN, amount: '0.00010000', memo: encodeHex(Buffer.from('adit:zcash:1')) },
  ]);
});

test('what the wallet would take and spoil, or refuse as a whole, is refused before the call', () => {
  const t = writeAddress(hash, NETWORK);
  const unified = writeUnifiedAddress([sapling, orchard], NETWORK);
  const alone = writeAddress(orchard, NETWORK);
  for (const [outputs, pattern] of [
    [[], /1 to 400/],
    [hashes(401), /1 to 400/],
    [[output(t, 53n)], /dust/],
    [[output(t, 0n)], /dust/],
    [[output(t, -1n)], /dust/],
    [[output(unified, 4_999n)], /dust/],
    [[output(writeTexAddress(hash.raw, NETWORK), 1_000_000n)], /kind tex/],
    [[output(t, 100n), output(t, 100n)], /one receiver/],
    [[output(unified, 10_000n), output(alone, 10_000n)], /one receiver/],
    [
      [{ amount: 100n, payee: { address: 't1nonsense', receiver: 'p2pkh:00', kind: 'p2pkh' } }],
      /cannot be paid/,
    ],
    [[{ amount: 100n, payee: { ...output(t, 1n).payee, receiver: 'p2pkh:00' } }], /does not lead/],
  ] as const)
    assert.match(String(ask(outputs)), pattern);
  assert.equal(typeof ask(hashes(400)), 'object');
  for (const tag of ['', 'a b', 'ä', 'x'.repeat(513)]) assert.match(String(ask(hashes(1), tag)), /tag/);
});

test('so many Orchard payees fit that tag and change stay below the limit of the wallet', () => {
  assert.equal(limits.mostOfKind.orchard, 45);
  assert.equal(zecdLimits(0).mostOfKind.orchard, 45);
  assert.equal(zecdLimits(20).mostOfKind.orchard, 15);
  for (const limit of [5, -1, 1.5]) assert.throws(() => zecdLimits(limit), { code: 'ADIT_BAD_OPTION' });
});

test('amounts in coins are read to the last digit, and nothing else is', () => {
  const read = (text: string) => zatoshiFrom(new DecimalText(text), 'x');
  assert.equal(read('20999999.99999999'), 2_099_999_999_999_999n);
  assert.equal(read('-0.00000001'), -1n);
  assert.equal(read('1.5'), 150_000_000n);
  assert.equal(zatoshiFrom(7, 'x'), 700_000_000n);
  for (const bad of ['1e-3', '0.000000001', '', '.5', '1.', 'NaN'])
    assert.throws(() => read(bad), { code: 'ADIT_BAD_FIELD' });
  for (const bad of ['1.0', null, undefined, {}, 0.1 + 0.2])
    assert.throws(() => zatoshiFrom(bad, 'x'), { code: 'ADIT_BAD_FIELD' });
  for (const zatoshi of [0n, 1n, 99_999_999n, 100_000_000n, 2_100_000_000_000_000n])
    assert.equal(read(coinsText(zatoshi)), zatoshi);
});

const ENTRY = {
  txid: 'ab'.repeat(32),
  status: 'mined',
  category: 'send',
  pool: 'ironwood',
  amountZat: -20_000,
  address: writeAddress(orchard, NETWORK),
  expiryheight: 340,
  feeZat: -45_000,
};
const list = (entries: readonly unknown[], own: readonly string[] = []) =>
  readListing(entries, { network: NETWORK, own: new Set(own) });

test('a listing is read by receivers, whatever address it shows, and without the own outputs', () => {
  const receiver = `orchard:${encodeHex(orchard.raw)}`;
  // The wallet was asked for an address with three receivers, and lists the one that it paid.
  const asked = output(writeUnifiedAddress([hash, sapling, orchard], NETWORK), 20_000n);
  assert.equal(asked.payee.receiver, receiver);
  const [one] = list([ENTRY, { ...ENTRY, category: 'receive', amountZat: 20_000 }]);
  assert.deepEqual(one, {
    txid: ENTRY.txid,
    state: 'mined',
    expiry: 340,
    fee: 45_000n,
    toSelf: 0n,
    tags: [],
    outputs: [{ receiver, amount: 20_000n }],
  });
  const tagged = list([{ ...ENTRY, memoStr: 'adit:zcash:1' }], [receiver]);
  assert.deepEqual([tagged[0]?.tags, tagged[0]?.outputs, tagged[0]?.toSelf], [['adit:zcash:1'], [], 20_000n]);
  // An address with both receivers is read by the pool that the entry names.
  const both = { ...ENTRY, address: asked.payee.address, pool: 'sapling' };
  assert.equal(list([both])[0]?.outputs[0]?.receiver, `sapling:${encodeHex(sapling.raw)}`);
});

test('a listing that cannot be read in full is an error, and an address that cannot be read matches nobody', () => {
  for (const change of [
    { txid: 'ab' },
    { status: 'lost' },
    { amountZat: 1 },
    { amountZat: -0.5 },
    { amountZat: '-1' },
    { expiryheight: -1 },
    { feeZat: 1.5 },
    { pool: 7 },
  ])
    assert.throws(() => list([{ ...ENTRY, ...change }]), { code: 'ADIT_BAD_FIELD' }, JSON.stringify(change));
  assert.throws(() => readListing({}, { network: NETWORK, own: new Set() }), { code: 'ADIT_BAD_FIELD' });
  for (const change of [
    { address: 'zs1x' },
    { pool: 'sprout' },
    { pool: '__proto__' },
    { address: undefined },
  ])
    assert.match(list([{ ...ENTRY, ...change }])[0]?.outputs[0]?.receiver ?? '', /^unreadable:/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, decodeHex, encodeHex, equalBytes, reverseBytes } from '@adit/primitives';
import fc from 'fast-check';
import { MINER_SCRIPT, makeCoinbase } from '../../../devnet/src/zcash/coinbase.ts';
import { encodeTransaction, readTransaction } from '../../../devnet/src/zcash/transaction.ts';
import { authDigest, transactionId } from '../../../devnet/src/zcash/transaction-digests.ts';
import { rulesOf } from '../../../devnet/test/zcash/rules-of.ts';
import { zcashChain } from '../../src/zcash/chains.ts';
import { takeCoinbaseApart } from '../../src/zcash/coinbase.ts';
import { coinbaseTextOf, roomForText } from '../../src/zcash/coinbase-script.ts';
import { maxCoinbaseText, withCoinbaseText } from '../../src/zcash/coinbase-text.ts';
import {
  authDataRoot,
  blockCommitments,
  doubleSha256,
  transactionMerkleRoot,
} from '../../src/zcash/merkle.ts';
import { workFromTemplate, type ZcashWork } from '../../src/zcash/work.ts';
import { sampleTemplate } from './sample-template.ts';
import { variableTemplate } from './variable-template.ts';
import { NO_VECTORS, templates, zebraTemplates } from './vectors.ts';

const CHAIN = zcashChain('zcash');
const TEXT = coinbaseTextOf('A pool', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
type Record_ = Record<string, unknown>;

/** Merkle root and commitments over the whole block, with the devnet's own parser for the coinbase. */
function naiveRoots(work: ZcashWork, height: number) {
  const coinbase = readTransaction(new ByteReader(work.coinbase));
  const ids = work.transactions.map((raw) => doubleSha256(raw));
  const digests = ids.map((id) => doubleSha256(id));
  const history = doubleSha256(Uint8Array.of(height & 255));
  return {
    merkleRoot: transactionMerkleRoot([transactionId(coinbase), ...ids]),
    reserved: blockCommitments(history, authDataRoot([authDigest(coinbase), ...digests])),
  };
}

test('every digest of the templates of real nodes is recomputed, shielded coinbases included', {
  skip: NO_VECTORS,
}, () => {
  const seen: string[] = [];
  for (const [name, response] of zebraTemplates()) {
    const work = workFromTemplate(response, zcashChain('zcash-regtest'));
    assert.ok(work.variation !== undefined, name);
    const varied = withCoinbaseText(work, TEXT);
    assert.deepEqual(varied.merkleRoot, work.merkleRoot, name);
    assert.notDeepEqual(varied.reserved, work.reserved, name);
    seen.push(name);
  }
  assert.deepEqual(seen, ['v5_empty', 'v6_two_transactions', 'v6_shielded_coinbase_two_transactions']);
  for (const { origin, response } of templates()) {
    const chain = zcashChain(origin.includes('testnet') ? 'zcash-testnet' : 'zcash');
    assert.ok(workFromTemplate(response, chain).variation !== undefined, origin);
  }
});

test('the varied work of a real node has the roots of its bytes', { skip: NO_VECTORS }, () => {
  const [, [, response] = []] = zebraTemplates();
  const work = workFromTemplate(response, zcashChain('zcash-regtest'));
  const varied = withCoinbaseText(work, TEXT);
  const { defaultroots, transactions } = response as { defaultroots: Record_; transactions: Record_[] };
  const hash = (value: unknown): Uint8Array => reverseBytes(decodeHex(value));
  const coinbase = readTransaction(new ByteReader(varied.coinbase));
  const auth = [authDigest(coinbase), ...transactions.map(({ authdigest }) => hash(authdigest))];
  assert.deepEqual(
    varied.reserved,
    blockCommitments(hash(defaultroots['chainhistoryroot']), authDataRoot(auth)),
  );
});

test('recomputed roots equal a naive recomputation of the whole block, whatever its size and version', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(4 as const, 5 as const, 6 as const),
      fc.integer({ min: 1, max: 4_000_000 }),
      fc.nat(40),
      fc.uint8Array({ minLength: 1, maxLength: 75 }),
      (version, height, count, text) => {
        const transactions = Array.from({ length: count }, (_, i) => Uint8Array.of(i, count, 7));
        const work = workFromTemplate(variableTemplate(version, height, transactions), CHAIN);
        const varied = withCoinbaseText(work, text);
        const { merkleRoot, reserved } = naiveRoots(varied, height);
        assert.deepEqual(varied.merkleRoot, merkleRoot);
        // In version 4 the auth digest is a constant.
        assert.deepEqual(varied.reserved, version === 4 ? work.reserved : reserved);
        assert.equal(equalBytes(varied.merkleRoot, work.merkleRoot), version !== 4);
        assert.equal(equalBytes(varied.reserved, work.reserved), version === 4);
        const { id, coinbase } = work;
        assert.deepEqual(
          { ...varied, id, coinbase, merkleRoot: work.merkleRoot, reserved: work.reserved },
          work,
        );
      },
    ),
    { numRuns: 120 },
  );
});

test('a varied work has an id of its own, shares its transactions, and can be varied again', () => {
  const work = workFromTemplate(variableTemplate(6, 3_543_405, [Uint8Array.of(1), Uint8Array.of(2)]), CHAIN);
  const once = withCoinbaseText(work, TEXT);
  assert.equal(once.transactions, work.transactions);
  const other = withCoinbaseText(once, coinbaseTextOf('A pool', new Uint8Array(8)));
  assert.equal(new Set([work.id, once.id, other.id]).size, 3);
  assert.match(once.id, /^3543405-[0-9a-f]{16}$/);
  assert.deepEqual(withCoinbaseText(other, TEXT), once);
  const script = takeCoinbaseApart(once.coinbase)?.script ?? new Uint8Array();
  assert.equal(encodeHex(script.subarray(-TEXT.length)), encodeHex(TEXT));
  assert.equal(maxCoinbaseText(once), roomForText(3_543_405));
});

interface Opaque {
  why: string;
  version?: 4 | 5 | 6;
  /** Digests that the node gives for the coinbase; its roots agree with them. */
  txid?: Uint8Array;
  auth?: Uint8Array;
  bytes?: (coinbase: Uint8Array) => Uint8Array;
  change?: (template: Record_) => Record_;
}

const part = (template: Record_, name: string, change: Record_): Record_ => ({
  ...template,
  [name]: { ...(template[name] as Record_), ...change },
});
const other = new Uint8Array(32).fill(0xab);
/** The reserved field of the header holds a value that does not follow from the roots. */
const withoutCommitments = (template: Record_): Record_ => {
  const hash = encodeHex(other);
  const slot = { blockcommitmentshash: hash, lightclientroothash: hash, finalsaplingroothash: hash };
  return { ...part(template, 'defaultroots', { blockcommitmentshash: undefined }), ...slot };
};

for (const { why, version = 6, txid, auth, bytes, change } of [
  { why: 'its id is another one', txid: other },
  { why: 'its auth digest is another one', auth: other },
  { why: 'it has version 4 and another id than its bytes', version: 4, txid: other },
  { why: 'it has version 4 and an auth digest', version: 4, auth: other },
  { why: 'its auth digest is missing', change: (t) => part(t, 'coinbasetxn', { authdigest: undefined }) },
  { why: 'the node gives no roots', change: (t) => ({ ...t, defaultroots: undefined }) },
  { why: 'no history is given', change: (t) => part(t, 'defaultroots', { chainhistoryroot: undefined }) },
  { why: 'the commitments are of something else', change: withoutCommitments },
  { why: 'its script has another height', change: (t) => ({ ...t, height: 3_500_001 }) },
  { why: 'its format is unknown', bytes: (raw) => Uint8Array.of(7, ...raw.subarray(1)) },
  { why: 'bytes follow it', bytes: (raw) => Uint8Array.of(...raw, 0) },
  { why: 'it ends early', bytes: (raw) => raw.subarray(0, -1) },
] satisfies Opaque[] as Opaque[]) {
  test(`a coinbase stays as the node made it where ${why}`, () => {
    const made = makeCoinbase({ rules: rulesOf(version), height: 3_500_000, fees: 0n, payTo: MINER_SCRIPT });
    const raw = encodeTransaction(made);
    const template = sampleTemplate({
      height: 3_500_000,
      coinbase: bytes?.(raw) ?? raw,
      coinbaseDigests: { txid: txid ?? transactionId(made), auth: auth ?? authDigest(made) },
    });
    const work = workFromTemplate(change?.(template) ?? template, CHAIN);
    assert.equal(work.variation, undefined);
    assert.equal(maxCoinbaseText(work), 0);
    assert.throws(() => withCoinbaseText(work, TEXT), { code: 'ADIT_OPAQUE_WORK' });
  });
}

test('a version 4 coinbase can be varied although its node names neither roots nor auth digests', () => {
  const bare = variableTemplate(4, 1_000_000, [Uint8Array.of(1)]);
  const coinbasetxn = { ...(bare['coinbasetxn'] as Record_), authdigest: undefined };
  const work = workFromTemplate({ ...bare, coinbasetxn, defaultroots: undefined }, CHAIN);
  const varied = withCoinbaseText(work, TEXT);
  assert.deepEqual(varied.merkleRoot, naiveRoots(varied, 1_000_000).merkleRoot);
  assert.deepEqual(varied.reserved, work.reserved);
});

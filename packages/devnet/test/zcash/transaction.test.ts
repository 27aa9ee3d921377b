import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, bigintToBytes, decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import fc from 'fast-check';
import { blocks, NO_VECTORS, vectorsOf } from '../../../chain/test/zcash/vectors.ts';
import { makeCoinbase } from '../../src/zcash/coinbase.ts';
import {
  encodeTransaction,
  readHeader,
  readTransaction,
  readTransparentPart,
  type TransparentTransaction,
} from '../../src/zcash/transaction.ts';
import {
  authDigest,
  combineTxid,
  headerDigest,
  scriptsDigest,
  transactionId,
  transparentDigest,
} from '../../src/zcash/transaction-digests.ts';
import { rulesOf } from './rules-of.ts';

interface CoinbaseVector {
  version: number;
  height: number;
  tx: string;
  txid_raw: string;
  auth_digest_raw: string;
  header_digest: string;
  transparent_digest: string;
}

test('a v5 and a v6 coinbase have the ids and auth digests of the vectors', { skip: NO_VECTORS }, () => {
  const all = vectorsOf<CoinbaseVector>('zip0229-v6-coinbase.json');
  assert.deepEqual(
    all.map(({ version }) => version),
    [5, 6],
  );
  for (const vector of all) {
    const transaction = readTransaction(new ByteReader(decodeHex(vector.tx)));
    assert.equal(transaction.version, vector.version);
    assert.equal(transaction.expiryHeight, vector.height);
    assert.equal(encodeHex(headerDigest(transaction)), vector.header_digest);
    assert.equal(encodeHex(transparentDigest(transaction)), vector.transparent_digest);
    assert.equal(encodeHex(transactionId(transaction)), vector.txid_raw);
    assert.equal(encodeHex(authDigest(transaction)), vector.auth_digest_raw);
    assert.equal(encodeHex(encodeTransaction(transaction)), vector.tx);
  }
});

interface Zip244Vector {
  tx: string;
  txid: string;
  digests: Record<string, string>;
}

test('the transparent digests of the ZIP 244 vectors are computed, and the ids from them', {
  skip: NO_VECTORS,
}, () => {
  const all = vectorsOf<Zip244Vector>('zip0244.json');
  assert.equal(all.length, 10);
  for (const { tx, txid, digests } of all) {
    const reader = new ByteReader(decodeHex(tx));
    const transaction = readTransparentPart(reader, readHeader(reader));
    assert.equal(encodeHex(headerDigest(transaction)), digests['header_digest']);
    assert.equal(encodeHex(transparentDigest(transaction)), digests['transparent_digest']);
    const bundles = [digests['sapling_digest'], digests['orchard_digest']].map((digest) =>
      decodeHex(digest, 32),
    );
    assert.equal(encodeHex(combineTxid(transaction, bundles)), txid);
    assert.equal(encodeHex(scriptsDigest(transaction)), digests['transparent_scripts_digest']);
  }
});

test('real coinbases without shielded parts have their ids and auth digests', { skip: NO_VECTORS }, () => {
  const seen = { 4: 0, 5: 0 };
  for (const { coinbase, auth_digests, name } of blocks()) {
    if (coinbase.version < 4 || coinbase.sapling_outputs + coinbase.orchard_actions > 0) continue;
    const transaction = readTransaction(new ByteReader(decodeHex(coinbase.raw)));
    assert.equal(encodeHex(reverseBytes(transactionId(transaction))), coinbase.txid, name);
    assert.equal(encodeHex(reverseBytes(authDigest(transaction))), auth_digests[0], name);
    seen[transaction.version === 5 ? 5 : 4] += 1;
  }
  assert.ok(seen[4] > 5 && seen[5] > 2, JSON.stringify(seen));
});

const plain = { noNullPrototype: true } as const;
const input = fc.record(
  {
    prevout: fc.uint8Array({ minLength: 36, maxLength: 36 }),
    scriptSig: fc.uint8Array({ maxLength: 300 }),
    sequence: fc.nat(0xffff_ffff),
  },
  plain,
);
const output = fc.record(
  { value: fc.bigInt(0n, 2n ** 63n), script: fc.uint8Array({ maxLength: 300 }) },
  plain,
);
const transactions: fc.Arbitrary<TransparentTransaction> = fc.record(
  {
    version: fc.constantFrom(4 as const, 5 as const, 6 as const),
    lockTime: fc.nat(0xffff_ffff),
    expiryHeight: fc.nat(499_999_999),
    branchId: fc.nat(0xffff_ffff),
    inputs: fc.array(input, { maxLength: 5 }),
    outputs: fc.array(output, { maxLength: 5 }),
  },
  plain,
);

test('every transparent transaction is read as it was written, and a shortened one is refused', () => {
  fc.assert(
    fc.property(transactions, (made) => {
      const transaction = made.version === 4 ? { ...made, branchId: 0 } : made;
      const raw = encodeTransaction(transaction);
      const reader = new ByteReader(raw);
      assert.deepEqual(readTransaction(reader), transaction);
      assert.equal(reader.remaining, 0);
      assert.throws(() => readTransaction(new ByteReader(raw.subarray(0, -1))), { code: 'ADIT_TRUNCATED' });
    }),
    { numRuns: 60 },
  );
});

test('the script signature is in the auth digest but not in the id, from version 5 on', () => {
  for (const version of [5, 6] as const) {
    const first = makeCoinbase({ rules: rulesOf(version), height: 7, fees: 0n, payTo: new Uint8Array(25) });
    const second = {
      ...first,
      inputs: first.inputs.map((input) => ({ ...input, scriptSig: Uint8Array.of(...input.scriptSig, 1) })),
    };
    assert.deepEqual(transactionId(first), transactionId(second));
    assert.notDeepEqual(authDigest(first), authDigest(second));
  }
});

test('shielded parts, unknown versions and foreign groups are refused', () => {
  const raw = encodeTransaction(
    makeCoinbase({ rules: rulesOf(5), height: 7, fees: 0n, payTo: new Uint8Array(25) }),
  );
  const refused = (change: (bytes: Uint8Array) => void): void => {
    const bytes = raw.slice();
    change(bytes);
    assert.throws(() => readTransaction(new ByteReader(bytes)), { code: 'ADIT_BAD_TRANSACTION' });
  };
  refused((bytes) => bytes.fill(1, bytes.length - 1));
  refused((bytes) => bytes.fill(7, 0, 1));
  refused((bytes) => bytes.fill(0, 3, 4));
  refused((bytes) => bytes.set(bigintToBytes(0n, 4), 4));
});

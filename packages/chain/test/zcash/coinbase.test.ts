import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import { readHeader, readTransparentPart } from '../../../devnet/src/zcash/transaction.ts';
import { coinbaseDigests, encodeCoinbase, takeCoinbaseApart } from '../../src/zcash/coinbase.ts';
import { beginsWithHeight } from '../../src/zcash/coinbase-script.ts';
import { readBundles } from '../../src/zcash/shielded-bundles.ts';
import { blocks, NO_VECTORS, vectorsOf, zebraBlocks, zebraTemplates } from './vectors.ts';

function digestsOf(raw: Uint8Array): { txid: string; auth: string; script: Uint8Array } {
  const parts = takeCoinbaseApart(raw);
  assert.ok(parts !== undefined);
  assert.deepEqual(encodeCoinbase(parts, parts.script), raw);
  const { txid, authDigest } = coinbaseDigests(parts, parts.script, raw);
  const display = (hash: Uint8Array): string => encodeHex(reverseBytes(hash));
  return { txid: display(txid), auth: display(authDigest), script: parts.script };
}

test('coinbases of real blocks have their ids and auth digests, those with Sapling outputs too', {
  skip: NO_VECTORS,
}, () => {
  let shielded = 0;
  let seen = 0;
  for (const { coinbase, auth_digests, name } of blocks()) {
    if (coinbase.version < 4) {
      assert.equal(takeCoinbaseApart(decodeHex(coinbase.raw)), undefined, name);
      continue;
    }
    const { txid, auth } = digestsOf(decodeHex(coinbase.raw));
    assert.equal(txid, coinbase.txid, name);
    assert.equal(auth, auth_digests[0], name);
    seen += 1;
    if (coinbase.sapling_outputs > 0) shielded += 1;
  }
  assert.ok(seen > 40 && shielded > 3, `${seen} ${shielded}`);
});

test('coinbases of a Zebra across its upgrades give the merkle roots of their blocks', {
  skip: NO_VECTORS,
}, () => {
  const all = zebraBlocks();
  assert.equal(all.length, 9);
  for (const { height, hex } of all) {
    const block = decodeHex(hex);
    // Header, solution with its length, and the count of one transaction.
    const { txid, script } = digestsOf(block.subarray(140 + 3 + 1344 + 1));
    assert.equal(txid, encodeHex(reverseBytes(block.subarray(36, 68))), String(height));
    assert.ok(beginsWithHeight(script, height));
  }
});

test('a shielded coinbase of version 6 is read exactly to its end', {
  skip: NO_VECTORS,
}, () => {
  const [, response] = zebraTemplates().find(([name]) => name.includes('shielded')) ?? [];
  assert.ok(response !== undefined);
  const raw = decodeHex((response['coinbasetxn'] as { data: string }).data);
  assert.ok(raw.length > 6_000);
  assert.ok(takeCoinbaseApart(raw) !== undefined);
  for (let cut = 1; cut < raw.length; cut += 97) {
    assert.equal(takeCoinbaseApart(raw.subarray(0, -cut)), undefined, String(cut));
  }
  assert.equal(takeCoinbaseApart(Uint8Array.of(...raw, 0)), undefined);
});

test('shielded parts have the digests of ZIP 244, and Sapling spends are not read', {
  skip: NO_VECTORS,
}, () => {
  let read = 0;
  for (const { tx, digests } of vectorsOf<{ tx: string; digests: Record<string, string> }>('zip0244.json')) {
    const reader = new ByteReader(decodeHex(tx));
    readTransparentPart(reader, readHeader(reader));
    const bundles = readBundles(reader, 5);
    if (bundles === undefined) continue;
    assert.equal(reader.remaining, 0);
    const names = ['sapling_digest', 'orchard_digest'];
    assert.deepEqual(
      bundles.txid.map(encodeHex),
      names.map((name) => digests[name]),
    );
    const authNames = ['sapling_auth_digest', 'orchard_auth_digest'];
    assert.deepEqual(
      bundles.auth.map(encodeHex),
      authNames.map((name) => digests[name]),
    );
    read += 1;
  }
  assert.ok(read > 0);
});

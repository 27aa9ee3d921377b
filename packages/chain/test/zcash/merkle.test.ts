import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import fc from 'fast-check';
import {
  authDataPath,
  authDataRoot,
  blockCommitments,
  doubleSha256,
  NO_AUTH_DIGEST,
  rootOfAuthDataPath,
  rootOfTransactionPath,
  transactionMerkleRoot,
  transactionPath,
} from '../../src/zcash/merkle.ts';
import { blocks, NO_VECTORS, templates, vectorsOf } from './vectors.ts';

test('both trees agree with the vectors for 1 to 9 leaves and more', { skip: NO_VECTORS }, () => {
  const all = vectorsOf<{ leaves: string[]; tx_merkle_root: string; auth_data_root: string }>('merkle.json');
  assert.equal(all.length, 9);
  for (const { leaves, tx_merkle_root, auth_data_root } of all) {
    const bytes = leaves.map((leaf) => decodeHex(leaf, 32));
    assert.equal(encodeHex(transactionMerkleRoot(bytes)), tx_merkle_root);
    assert.equal(encodeHex(authDataRoot(bytes)), auth_data_root);
  }
});

test('the roots of real blocks are computed', { skip: NO_VECTORS }, () => {
  const all = blocks();
  assert.equal(all.length, 87);
  for (const { name, txids, merkle_root, auth_digests, auth_data_root, block } of all) {
    const root = encodeHex(transactionMerkleRoot(txids.map((txid) => reverseBytes(decodeHex(txid, 32)))));
    // One block of the collection is invalid on purpose: its coinbase does not belong to its header.
    assert.equal(root === merkle_root, name !== 'mainnet-202-bad', name);
    assert.equal(block.slice(72, 136), merkle_root, name);
    const authRoot = authDataRoot(auth_digests.map((digest) => reverseBytes(decodeHex(digest, 32))));
    assert.equal(encodeHex(authRoot), auth_data_root, name);
  }
});

test('the block commitments of real templates are computed', { skip: NO_VECTORS }, () => {
  for (const { response, origin } of templates()) {
    const roots = response['defaultroots'] as Record<string, string>;
    const root = (name: string): Uint8Array => reverseBytes(decodeHex(roots[name], 32));
    assert.deepEqual(
      blockCommitments(root('chainhistoryroot'), root('authdataroot')),
      root('blockcommitmentshash'),
      origin,
    );
  }
});

test('the genesis coinbase is its own merkle root, and has the placeholder for an auth digest', {
  skip: NO_VECTORS,
}, () => {
  const genesis = blocks().find(({ name }) => name === 'mainnet-0');
  assert.ok(genesis !== undefined);
  assert.equal(encodeHex(doubleSha256(decodeHex(genesis.coinbase.raw))), genesis.merkle_root);
  assert.equal(encodeHex(NO_AUTH_DIGEST), genesis.auth_digests[0]);
});

test('the path of the coinbase leads to the root of both trees, with one hash a level', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 }),
      (leaves) => {
        const [first = new Uint8Array(), ...others] = leaves;
        const levels = Math.ceil(Math.log2(leaves.length));
        const ids = transactionPath(others);
        assert.equal(ids.length, levels);
        assert.deepEqual(rootOfTransactionPath(first, ids), transactionMerkleRoot(leaves));
        const digests = authDataPath(others);
        assert.equal(digests.length, levels);
        assert.deepEqual(rootOfAuthDataPath(first, digests), authDataRoot(leaves));
      },
    ),
  );
});

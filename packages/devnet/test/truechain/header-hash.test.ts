import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import { encodeRlp } from '@adit/wallets';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { hashOfHeader, hashWithoutNonce, type SnailHeader } from '../../src/truechain/snail-header.ts';

test('Keccak-256 is the legacy one, not SHA3-256', () => {
  assert.equal(
    encodeHex(keccak_256(new Uint8Array(0))),
    'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
  );
  // The uncles' hash in every Ethereum block without uncles.
  assert.equal(
    encodeHex(keccak_256(encodeRlp([]))),
    '1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347',
  );
});

test('the header hash leaves out exactly signHash, mixDigest and nonce', () => {
  const header: SnailHeader = {
    parentHash: new Uint8Array(32).fill(1),
    coinbase: new Uint8Array(20).fill(2),
    pointerHash: new Uint8Array(32).fill(3),
    pointerNumber: 4,
    fruitsHash: new Uint8Array(32).fill(5),
    fastHash: new Uint8Array(32).fill(6),
    fastNumber: 7,
    signHash: new Uint8Array(32).fill(8),
    difficulty: 9n,
    fruitDifficulty: 10n,
    number: 11,
    publicKey: Uint8Array.of(12),
    time: 13,
    extra: Uint8Array.of(14, 15),
    mixDigest: new Uint8Array(32).fill(16),
    nonce: 17n,
  };
  const other: SnailHeader = {
    parentHash: new Uint8Array(32),
    coinbase: new Uint8Array(20),
    pointerHash: new Uint8Array(32),
    pointerNumber: 104,
    fruitsHash: new Uint8Array(32),
    fastHash: new Uint8Array(32),
    fastNumber: 107,
    signHash: new Uint8Array(32),
    difficulty: 109n,
    fruitDifficulty: 110n,
    number: 111,
    publicKey: new Uint8Array(0),
    time: 113,
    extra: new Uint8Array(0),
    mixDigest: new Uint8Array(32),
    nonce: 117n,
  };
  const left = new Set(['signHash', 'mixDigest', 'nonce']);
  const names = Object.keys(header) as (keyof SnailHeader)[];
  assert.equal(names.length, 16);
  for (const name of names) {
    const changed: SnailHeader = { ...header, [name]: other[name] };
    const same = encodeHex(hashWithoutNonce(changed)) === encodeHex(hashWithoutNonce(header));
    assert.equal(same, left.has(name), name);
    assert.notDeepEqual(hashOfHeader(changed), hashOfHeader(header), name);
  }
});

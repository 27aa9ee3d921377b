import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { encodeRlp, type RlpItem } from '../../src/truechain/rlp.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const rlp = (item: RlpItem): string => encodeHex(encodeRlp(item));

test('RLP encodes the examples of its specification', () => {
  assert.equal(rlp(text('dog')), '83646f67');
  assert.equal(rlp([text('cat'), text('dog')]), 'c88363617483646f67');
  assert.equal(rlp(text('')), '80');
  assert.equal(rlp([]), 'c0');
  assert.equal(rlp(0), '80');
  assert.equal(rlp(15), '0f');
  assert.equal(rlp(1024n), '820400');
  assert.equal(rlp(Uint8Array.of(0)), '00');
  assert.equal(rlp(Uint8Array.of(0x80)), '8180');
  assert.equal(rlp([[], [[]], [[], [[]]]]), 'c7c0c1c0c3c0c1c0');
  const lorem = text('Lorem ipsum dolor sit amet, consectetur adipisicing elit');
  assert.equal(rlp(lorem), `b838${encodeHex(lorem)}`);
});

test('RLP writes the length of long strings and lists in its head', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 56, maxLength: 3000 }), (bytes) => {
      const encoded = encodeRlp(bytes);
      const size = (encoded[0] ?? 0) - 0xb7;
      assert.equal(BigInt(`0x${encodeHex(encoded.subarray(1, 1 + size))}`), BigInt(bytes.length));
      assert.deepEqual(encoded.subarray(1 + size), bytes);
      const list = encodeRlp([bytes]);
      assert.deepEqual(list.subarray(list.length - encoded.length), encoded);
    }),
  );
});

test('RLP has its shortest forms', () => {
  assert.equal(rlp(0n), '80');
  assert.equal(rlp(127n), '7f');
  assert.equal(rlp(128n), '8180');
  assert.equal(rlp(1_024n), '820400');
  assert.equal(rlp(new Uint8Array(56)), `b838${'00'.repeat(56)}`);
  assert.equal(rlp(new Uint8Array(256)).slice(0, 6), 'b90100');
  assert.equal(rlp([new Uint8Array(55)]).slice(0, 4), 'f838');
  assert.throws(() => encodeRlp(-1n), { code: 'ADIT_NUMBER_TOO_LARGE' });
});

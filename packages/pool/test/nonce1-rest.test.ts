import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RestingNonces } from '../src/nonce1/rest.ts';

test('thousands of values rest in the order of their return, and those of a lost block are forgotten', () => {
  const resting = new RestingNonces(3);
  const nonce1Of = (i: number) => new Uint8Array([0x80, i >> 8, i & 0xff]);
  for (let i = 0; i < 5_000; i += 1) resting.put({ nonce1: nonce1Of(i), block: 1024 * (i % 2) }, i);
  assert.equal(resting.size, 5_000);
  for (let i = 0; i < 1_500; i += 1) {
    assert.equal(resting.takeBefore(i), undefined);
    assert.deepEqual(resting.takeBefore(i + 1), { nonce1: nonce1Of(i), block: 1024 * (i % 2) });
  }
  resting.forget((block) => block === 1024);
  assert.equal(resting.size, 1_750);
  for (let i = 1_500; i < 5_000; i += 2) {
    assert.equal(resting.takeBefore(i), undefined);
    assert.deepEqual(resting.takeBefore(i + 1)?.nonce1, nonce1Of(i));
  }
  assert.equal(resting.takeBefore(Number.POSITIVE_INFINITY), undefined);
  assert.equal(resting.size, 0);
});

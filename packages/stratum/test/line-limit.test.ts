import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '../src/index.ts';

test('a line limit that is not a whole number above 0 is refused at once, not at the first long line', () => {
  for (const limit of [Number.NaN, undefined, 0, -1, 1.5, Number.POSITIVE_INFINITY, '16']) {
    assert.throws(() => new LineSplitter(limit as number), { code: 'ADIT_BAD_OPTION' }, String(limit));
  }
});

test('text in the place of bytes, as a socket with setEncoding gives it, is an error', () => {
  const splitter = new LineSplitter(16);
  assert.throws(() => splitter.push('a line\n' as unknown as Uint8Array), {
    code: 'ADIT_BAD_BYTES',
    message: /a chunk must be a Uint8Array, not a string/,
  });
});

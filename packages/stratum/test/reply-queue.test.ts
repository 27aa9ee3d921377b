import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ReplyQueue } from '../src/reply-queue.ts';

test('an answer waits for the ones before it', () => {
  const queue = new ReplyQueue();
  const [a, b, c] = [queue.reserve(), queue.reserve(), queue.reserve()];
  assert.deepEqual(queue.answer(c, 'c'), { lines: '', tokens: [] });
  assert.deepEqual(queue.answer(a, 'a'), { lines: 'a', tokens: [a] });
  assert.equal(queue.length, 2);
  assert.deepEqual(queue.answer(b, 'b'), { lines: 'bc', tokens: [b, c] });
  assert.equal(queue.length, 0);
});

test('a second answer, and an answer for an unknown place, change nothing', () => {
  const queue = new ReplyQueue();
  const first = queue.reserve();
  const second = queue.reserve();
  queue.answer(second, 'second');
  for (const token of [second, -1, 99, 0.5]) {
    assert.deepEqual(queue.answer(token, 'again'), { lines: '', tokens: [] });
  }
  assert.deepEqual(queue.answer(first, 'first '), { lines: 'first second', tokens: [first, second] });
  assert.deepEqual(queue.answer(first, 'late'), { lines: '', tokens: [] });
});

test('an empty answer keeps its place and sends nothing', () => {
  const queue = new ReplyQueue();
  const [silent, loud] = [queue.reserve(), queue.reserve()];
  assert.deepEqual(queue.answer(loud, 'loud'), { lines: '', tokens: [] });
  assert.deepEqual(queue.answer(silent, ''), { lines: 'loud', tokens: [silent, loud] });
});

test('answers leave in the order of their places, each once, in whatever order they come', () => {
  const orders = fc
    .integer({ min: 1, max: 30 })
    .chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n }));
  fc.assert(
    fc.property(orders, (order) => {
      const queue = new ReplyQueue();
      const tokens = order.map(() => queue.reserve());
      let text = '';
      const left: number[] = [];
      for (const index of order) {
        const { lines, tokens: gone } = queue.answer(tokens[index] ?? -1, `${index};`);
        text += lines;
        left.push(...gone);
      }
      assert.equal(text, tokens.map((_, i) => `${i};`).join(''));
      assert.deepEqual(left, tokens);
      assert.equal(queue.length, 0);
    }),
  );
});

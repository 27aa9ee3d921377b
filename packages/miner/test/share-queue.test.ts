import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MineShare } from '../src/crew.ts';
import { ShareQueue } from '../src/share-queue.ts';

/** A share that is told by its generation and its number. */
const share = (generation: number, number: number): MineShare => ({
  kind: 'truechain_share',
  generation,
  jobId: `${generation}`,
  nonce: BigInt(number),
});

function emptied(queue: ShareQueue<MineShare>): string[] {
  const taken: string[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take())
    if (next.kind === 'truechain_share') taken.push(`${next.generation}.${next.nonce}`);
  return taken;
}

test('shares of the newest job leave first, also where one of an older job comes last', () => {
  const queue = new ShareQueue<MineShare>({ limit: 10 });
  for (const [generation, number] of [
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 4],
    [1, 5],
    [2, 6],
  ] as const)
    queue.push(share(generation, number));
  assert.deepEqual(emptied(queue), ['3.4', '2.6', '2.3', '1.5', '1.2', '1.1']);
});

test('a full queue drops its oldest share, and keeps the newest', () => {
  const queue = new ShareQueue<MineShare>({ limit: 3 });
  for (let number = 1; number <= 5; number += 1) queue.push(share(number < 3 ? 1 : 2, number));
  assert.deepEqual(emptied(queue), ['2.5', '2.4', '2.3']);
  for (let number = 1; number <= 3; number += 1) queue.push(share(2, number));
  queue.push(share(1, 4));
  assert.deepEqual(emptied(queue), ['2.3', '2.2', '2.1'], 'a late share of an older job is the oldest');
  queue.push(share(1, 1));
  queue.clear();
  assert.deepEqual(emptied(queue), []);
});

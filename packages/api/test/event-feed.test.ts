import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventFeed } from '@adit/api/public';
import { books, LONG_NAME, servePool } from './support/public-pool.ts';

/** One account in so many spellings, each of which is a topic. */
function topicsOf(count: number): ReadonlySet<string> {
  const spelled = (number: number) =>
    [...LONG_NAME]
      .map((letter, i) => (((number >> i) & 1) === 1 ? `%${letter.charCodeAt(0).toString(16)}` : letter))
      .join('');
  return new Set(Array.from({ length: count }, (_, i) => `account:zec:${spelled(i)}`));
}

test('one look at accounts that streams follow is bounded, and each has its turn', async (t) => {
  let looks = 0;
  const chainBooks = books();
  const counted = {
    ...chainBooks,
    balance: (account: string) => {
      looks += 1;
      return chainBooks.balance(account);
    },
  };
  const { sources } = await servePool(t, { sources: { books: () => counted } });
  const told = new Set<string>();
  const accountTopics = topicsOf(250);
  const publish = (topic: string) => told.add(topic);
  const feed = new EventFeed({ sources, streams: { accountTopics, publish } });
  const at = async (ms: number) => {
    looks = 0;
    await feed.look(ms);
    return looks;
  };
  assert.deepEqual([await at(0), await at(1_000), await at(2_000), await at(3_000)], [100, 100, 50, 0]);
  for (const topic of accountTopics) assert.ok(told.has(topic), topic);
  // Those that were looked at longest ago come first.
  assert.deepEqual([await at(12_000), await at(13_000), await at(14_000)], [100, 100, 50]);
});

import { creditEntry, creditOf, type Entry } from '@adit/money';
import { BLOCK } from './books.ts';

/** The credit of a block with 60 accounts: long enough to be killed in the middle of it. */
export function postedEntry(number: number): Entry {
  const scores = new Map(Array.from({ length: 60 }, (_, i) => [`miner ${i}`, BigInt(i + number + 1)]));
  const credit = creditOf(100_000n + BigInt(number), { scores }, () => ({ feePpm: 10_000n, donation: null }));
  return creditEntry({ ...BLOCK, hash: String(number) }, credit);
}

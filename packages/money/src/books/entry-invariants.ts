import { compareIds } from '../exact/account-id.ts';
import { sumOf } from '../exact/amount.ts';
import { MAY_EXIST, stateBehindHold } from '../payouts/batch-state.ts';
import { type ChartAccount, nameIn } from './chart.ts';
import type { Entry, EntryKind } from './entry.ts';
import type { Check } from './money-state.ts';

/** I1: every entry sums to zero. */
export const entriesBalance: Check = ({ entries }) =>
  entries.flatMap(({ key, postings }) => {
    const sum = sumOf(postings.map(({ amount }) => amount));
    return sum === 0n ? [] : [{ about: key, detail: `the entry sums to ${sum}` }];
  });

/** I2: all accounts together sum to zero. */
export const booksBalance: Check = ({ balances }) => {
  const sum = sumOf(balances.values());
  return sum === 0n ? [] : [{ about: 'all accounts', detail: `they sum to ${sum}` }];
};

/** I3: a stored balance is the sum of its postings. */
export const balancesArePostings: Check = ({ entries, balances }) => {
  const sums = postingSums(entries, () => true);
  return [...new Set([...sums.keys(), ...balances.keys()])].flatMap((account) => {
    const [stored, posted] = [balances.get(account) ?? 0n, sums.get(account) ?? 0n];
    return stored === posted ? [] : [{ about: account, detail: `${stored} is stored, ${posted} was posted` }];
  });
};

/** I4: no miner owes the pool, unless a block was orphaned after its maturity. */
export const minersOweNothing: Check = ({ entries, balances }) => {
  const excused = postingSums(entries, ({ kind }) => kind === 'block_orphan_late');
  return [...balances].flatMap(([account, balance]) =>
    balance > 0n && nameIn(account, 'miner') !== undefined && !excused.has(account)
      ? [{ about: account, detail: `the miner owes ${balance}, and no late orphan explains it` }]
      : [],
  );
};

const EARNED: ReadonlySet<EntryKind> = new Set([
  'block_credit',
  'pps_credit',
  'opening_balance',
  'suspense_resolved',
]);
const TAKEN_BACK: ReadonlySet<EntryKind> = new Set([
  'block_orphan',
  'block_orphan_late',
  // What it got of an item that was given back.
  'batch_booked',
]);

/** I6: what an account earned is what it was paid, what it is owed, what is on its way to it, and what orphans took. */
export const accountsAddUp: Check = ({ entries, balances, batches }) => {
  const earned = perMiner(postingSums(entries, ({ kind }) => EARNED.has(kind)));
  const reversed = perMiner(postingSums(entries, ({ kind }) => TAKEN_BACK.has(kind)));
  const owed = perMiner(balances);
  const inBatches = new Map<string, bigint>();
  for (const { batch, items } of batches) {
    const state = stateBehindHold(batch);
    // Bound since its reservation; discarded and released batches hold nothing.
    if (!MAY_EXIST[state] && state !== 'reserved' && state !== 'drafting') continue;
    for (const { account, gross, isReleased } of items)
      if (!isReleased) inBatches.set(account, (inBatches.get(account) ?? 0n) + gross);
  }
  const miners = new Set([...earned.keys(), ...reversed.keys(), ...owed.keys(), ...inBatches.keys()]);
  return [...miners].flatMap((miner) => {
    // Credits are below zero in the books.
    const left = -(owed.get(miner) ?? 0n) + (inBatches.get(miner) ?? 0n);
    const should = -(earned.get(miner) ?? 0n) - (reversed.get(miner) ?? 0n);
    return left === should
      ? []
      : [{ about: miner, detail: `earned ${should} net of orphans, but balance and batches have ${left}` }];
  });
};

/** I7: a block is credited at most once, net of what was taken back, and a share that is paid at once is paid once. */
export const blocksOnce: Check = ({ entries }) => {
  const reversed = new Set(entries.flatMap(({ reverses }) => reverses));
  const credits = new Map<string, number>();
  for (const { kind, key } of entries) {
    if (kind !== 'block_credit' || reversed.has(key)) continue;
    // The generation is left out: another generation is the same block.
    const block = key.split(':').slice(0, 3).join(':');
    credits.set(block, (credits.get(block) ?? 0) + 1);
  }
  const blocks = [...credits]
    .filter(([, count]) => count > 1)
    .map(([about, count]) => ({ about, detail: `the block is credited ${count} times` }));
  return [...blocks, ...overlaps(entries)];
};

/** Entries that pay for shares of another one. */
function overlaps(entries: readonly Entry[]): readonly { about: string; detail: string }[] {
  const intervals = entries
    .filter(({ kind }) => kind === 'pps_credit')
    .map(({ key }) => {
      const [, chain = '', first = '', last = ''] = key.split(':');
      return { key, chain, first: BigInt(first), last: BigInt(last) };
    })
    .sort((a, b) => compareIds(a.chain, b.chain) || (a.first < b.first ? -1 : 1));
  return intervals.flatMap(({ key, chain, first }, i) => {
    const before = intervals[i - 1];
    return before?.chain === chain && before.last >= first
      ? [{ about: key, detail: `it pays for shares that ${before.key} paid for` }]
      : [];
  });
}

/** I8: the parts of a round sum to its reward, and its entry says so. */
export const roundsAddUp: Check = ({ rounds, entries }) => {
  const immature = new Map(
    entries.map(({ key, postings }) => [
      key,
      postings.find(({ account }) => account === 'asset:immature')?.amount ?? 0n,
    ]),
  );
  return rounds.flatMap(({ creditKey, credit }) => {
    const { reward, parts, reserve, suspense } = credit;
    const sum = sumOf(parts.map(({ gross }) => gross)) + reserve + suspense;
    const areWhole = parts.every(({ gross, fee, donation, net }) => fee + donation + net === gross);
    return sum === reward && areWhole && immature.get(creditKey) === reward
      ? []
      : [{ about: creditKey, detail: `of the reward ${reward}, ${sum} is shared out` }];
  });
};

function postingSums(
  entries: readonly Entry[],
  counts: (entry: Entry) => boolean,
): ReadonlyMap<ChartAccount, bigint> {
  const sums = new Map<ChartAccount, bigint>();
  for (const entry of entries.filter(counts))
    for (const { account, amount } of entry.postings) sums.set(account, (sums.get(account) ?? 0n) + amount);
  return sums;
}

/** Pending and owed together, by the name of the miner. */
function perMiner(balances: ReadonlyMap<ChartAccount, bigint>): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [account, amount] of balances) {
    const miner = nameIn(account, 'miner') ?? nameIn(account, 'miner-pending');
    if (miner !== undefined) sums.set(miner, (sums.get(miner) ?? 0n) + amount);
  }
  return sums;
}

import { BLOCK_MOVES } from '../blocks/block-state.ts';
import { sumOf } from '../exact/amount.ts';
import { BATCH_MOVES, type BatchState, IS_OPEN, stateBehindHold } from '../payouts/batch-state.ts';
import { openAccount } from './chart.ts';
import type { BatchFacts, Check, StateMove } from './money-state.ts';

/** I5: what is bound to a batch is the sum of its items while it is open, and nothing otherwise. */
export const batchesAreBound: Check = ({ batches, balances }) =>
  batches.flatMap((facts) => {
    const bound = isOpen(facts)
      ? sumOf(facts.items.filter(({ isReleased }) => !isReleased).map(({ gross }) => gross))
      : 0n;
    const balance = -(balances.get(openAccount('payout', facts.batch.id)) ?? 0n);
    return balance === bound
      ? []
      : [{ about: facts.batch.id, detail: `${balance} is bound to it, its items have ${bound}` }];
  });

/** I9: an account is in at most one open batch. */
export const accountsInOneBatch: Check = ({ batches }) =>
  twice(
    batches.filter(isOpen).flatMap(({ items }) => [...new Set(items.map(({ account }) => account))]),
    'the account is in more than one open batch',
  );

/** I10: a wallet account has at most one open batch. */
export const oneBatchPerWallet: Check = ({ batches }) =>
  twice(
    batches.filter(isOpen).map(({ wallet }) => wallet),
    'the wallet has more than one open batch',
  );

/** I11: transactions, operations, tags and nonces belong to one batch. */
export const marksAreUnique: Check = ({ batches }) =>
  twice(
    batches.flatMap(({ batch, marks }) => [...new Set([...batch.txids, ...marks])]),
    'it belongs to more than one batch',
  );

/** I12: nothing that was approved exceeds its caps. */
export const capsHold: Check = ({ batches }) =>
  batches.flatMap(({ batch, items, caps }) => {
    if (batch.state === 'planned' || batch.state === 'discarded') return [];
    const sum = sumOf(items.map(({ gross }) => gross));
    const largest = items.find(({ amount }) => amount > caps.payment);
    if (largest === undefined && sum <= caps.batch) return [];
    return [{ about: batch.id, detail: `it pays ${sum}; its caps are ${caps.payment} and ${caps.batch}` }];
  });

/** I13: the wallet has what the books say. */
export const walletAgrees: Check = ({ balances, wallet }) => {
  if (wallet === null) return [];
  const booked = sumOf(
    (['asset:coinbase', 'asset:hot', 'asset:transit'] as const).map((account) => balances.get(account) ?? 0n),
  );
  const should = booked - wallet.unconfirmedSpends;
  return wallet.total === should
    ? []
    : [{ about: 'the wallet', detail: `it has ${wallet.total}, the books say ${should}` }];
};

/** I15: every change of a state is one of the named moves. */
export const movesAreNamed: Check = ({ moves }) =>
  moves
    .filter((move) => !isNamed(move))
    .map(({ subject, from, to }) => ({ about: subject, detail: `it went from ${from} to ${to}` }));

function isNamed(move: StateMove): boolean {
  if (move.kind === 'block') return BLOCK_MOVES[move.from].includes(move.to);
  const { from, to } = move;
  if (from !== 'held' && to !== 'held') return BATCH_MOVES[from].includes(to);
  const other = from === 'held' ? to : from;
  return other !== 'held' && !NEVER_HELD.has(other);
}

/** States from which a batch is never held, and to which a held one never goes: nothing is bound in them. */
const NEVER_HELD: ReadonlySet<BatchState> = new Set(['planned', 'discarded']);

function isOpen({ batch }: BatchFacts): boolean {
  return IS_OPEN[stateBehindHold(batch)];
}

function twice(all: readonly string[], detail: string): readonly { about: string; detail: string }[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  for (const one of all) {
    if (seen.has(one)) found.add(one);
    seen.add(one);
  }
  return [...found].map((about) => ({ about, detail }));
}

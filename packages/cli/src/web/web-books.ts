import type {
  BookedBlockFacts,
  ChainBooks,
  CreditFacts,
  PageOf,
  PageQuestion,
  PayoutFacts,
} from '@adit/api/public';
import {
  accountCredits,
  accountMoney,
  blockStates,
  chainProgress,
  type LedgerReader,
  paidSum,
  type ShownBatch,
  shownBatch,
  shownBatches,
  shownPayouts,
} from '@adit/ledger';
import type { BatchState, BlockState } from '@adit/money';

/** States of blocks in the books, as pages name them. */
const BLOCK_STATES: Readonly<Record<BlockState, BookedBlockFacts['state']>> = {
  found: 'candidate',
  seen: 'pending',
  confirmed: 'pending',
  mature: 'confirmed',
  closed: 'confirmed',
  disputed: 'pending',
  lost: 'refused',
  orphaned: 'orphaned',
};

/** States of batches. One that may have been sent counts as being sent. */
const PAYOUT_STATES: Readonly<Record<BatchState, PayoutFacts['state']>> = {
  planned: 'planned',
  reserved: 'planned',
  drafting: 'sending',
  finishing: 'sending',
  ready: 'sending',
  calling: 'sending',
  running: 'sending',
  uncertain: 'sending',
  sent: 'sent',
  confirming: 'sent',
  settled: 'confirmed',
  released: 'failed',
  discarded: 'failed',
  held: 'held',
};

const CREDIT_STATES: Readonly<Record<BookedBlockFacts['state'], CreditFacts['state']>> = {
  candidate: 'immature',
  pending: 'immature',
  confirmed: 'credited',
  orphaned: 'reversed',
  refused: 'reversed',
};

/** How long sums over all batches serve. */
const SUM_MS = 30_000;

/** The books of one chain for the public API. It only reads. */
export class WebBooks implements ChainBooks {
  readonly #database: Pick<LedgerReader, 'read'>;
  readonly #chain: string;
  #paid: { readonly atMs: number; readonly sum: Promise<bigint> } | undefined;

  /** @param chain the network */
  constructor(chain: string, database: Pick<LedgerReader, 'read'>) {
    this.#chain = chain;
    this.#database = database;
  }

  balance(account: string): ReturnType<ChainBooks['balance']> {
    return this.#database.read((queries) => accountMoney(queries, this.#chain, account, Date.now()));
  }

  async blocks(digests: readonly string[]): ReturnType<ChainBooks['blocks']> {
    const found = await this.#database.read((queries) => blockStates(queries, this.#chain, digests));
    return new Map(
      found.map(({ digest, state, depth, reward }) => [
        digest,
        { digest, state: blockState(state), depth, reward },
      ]),
    );
  }

  async blockCounts(): ReturnType<ChainBooks['blockCounts']> {
    const { blocks } = await this.#database.read((queries) => chainProgress(queries, this.#chain));
    const counts = { total: 0, pending: 0, orphaned: 0 };
    for (const [state, count] of blocks) {
      counts.total += count;
      const shown = blockState(state);
      if (shown === 'candidate' || shown === 'pending') counts.pending += count;
      if (shown === 'orphaned') counts.orphaned += count;
    }
    return counts;
  }

  paid(): Promise<bigint> {
    const atMs = performance.now();
    if (this.#paid === undefined || this.#paid.atMs < atMs - SUM_MS)
      this.#paid = { atMs, sum: this.#database.read((queries) => paidSum(queries, this.#chain)) };
    const { sum } = this.#paid;
    // A failure is not kept.
    sum.catch(() => {
      this.#paid = undefined;
    });
    return sum;
  }

  async payouts(page: PageQuestion): Promise<PageOf<PayoutFacts> | undefined> {
    const before = placeIn(page.after);
    if (before === undefined) return undefined;
    const question = before === null ? {} : { before: { plannedMs: before.ms, id: before.name } };
    const found = await this.#database.read((queries) =>
      shownBatches(queries, this.#chain, { ...question, limit: page.limit + 1 }),
    );
    return paged(found, page.limit, ({ plannedMs, id }) => placeOf(plannedMs, id), payoutOf);
  }

  async payout(id: string): Promise<PayoutFacts | undefined> {
    const found = await this.#database.read((queries) => shownBatch(queries, this.#chain, id));
    return found === undefined ? undefined : payoutOf(found);
  }

  async accountPayouts(account: string, page: PageQuestion): ReturnType<ChainBooks['accountPayouts']> {
    const before = placeIn(page.after);
    if (before === undefined) return undefined;
    const question = before === null ? {} : { before: { plannedMs: before.ms, id: before.name } };
    const found = await this.#database.read((queries) =>
      shownPayouts(queries, this.#chain, account, { ...question, limit: page.limit + 1 }),
    );
    return paged(
      found,
      page.limit,
      ({ plannedMs, batch }) => placeOf(plannedMs, batch),
      ({ batch, state, plannedMs, calledMs, amount, txid }) => ({
        id: batch,
        ms: calledMs ?? plannedMs,
        amount,
        state: payoutState(state),
        txid,
      }),
    );
  }

  async credits(account: string, page: PageQuestion): ReturnType<ChainBooks['credits']> {
    const before = placeIn(page.after);
    if (before === undefined) return undefined;
    const question = before === null ? {} : { before: { madeMs: before.ms, hash: before.name } };
    const found = await this.#database.read((queries) =>
      accountCredits(queries, this.#chain, account, { ...question, limit: page.limit + 1 }),
    );
    return paged(
      found,
      page.limit,
      ({ madeMs, hash }) => placeOf(madeMs, hash),
      ({ madeMs, height, hash, part, amount, blockState: state }) => ({
        ms: madeMs,
        height,
        hash,
        weightRatio: part,
        amount,
        state: CREDIT_STATES[blockState(state)],
      }),
    );
  }
}

function blockState(state: string): BookedBlockFacts['state'] {
  return BLOCK_STATES[state as BlockState] ?? 'candidate';
}

function payoutState(state: string): PayoutFacts['state'] {
  return PAYOUT_STATES[state as BatchState] ?? 'held';
}

function payoutOf({ id, state, plannedMs, calledMs, ...rest }: ShownBatch): PayoutFacts {
  return { id, state: payoutState(state), createdMs: plannedMs, sentMs: calledMs, ...rest };
}

/** One row more than the page tells whether there is a next one. */
function paged<Row, Item>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => string,
  itemOf: (row: Row) => Item,
): PageOf<Item> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(itemOf),
    next: rows.length > limit && last !== undefined ? place(last) : null,
  };
}

function placeOf(ms: number, name: string): string {
  return `${ms} ${name}`;
}

/** @returns null for the first page, undefined for text that is no place */
function placeIn(after: string | null): { readonly ms: number; readonly name: string } | null | undefined {
  if (after === null) return null;
  const [, ms, name] = /^(\d{1,15}) (.{1,200})$/.exec(after) ?? [];
  return ms === undefined || name === undefined ? undefined : { ms: Number(ms), name };
}

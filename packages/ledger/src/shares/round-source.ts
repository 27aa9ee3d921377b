import { type Round, type RoundItem, type RoundShare, roundOf, type SchemeOptions } from '@adit/money';
import { numberOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { accountNames } from './share-accounts.ts';
import { type StoredShare, type StoredSum, unpackSums } from './slice-codec.ts';
import { bytesOf, openSlice } from './slice-store.ts';

/** What decides about a round, besides the shares. All of it is stored with the round, so that it can be made again. */
export interface RoundQuestion {
  readonly scheme: SchemeOptions;
  /** Number of the share that found the block. */
  readonly number: number;
  /** First number that may count. */
  readonly countsFrom: number;
  /** Number of the share that found the block before; null for the first block. */
  readonly blockBefore: number | null;
}

/** Slices that are read at once, at first and at most. A window of two blocks has some hundred slices. */
const FIRST_PAGE = 8;
const MOST_PAGE = 256;

/** A round asked for something that is not in memory yet. */
class Wanted extends Error {
  /** First number of the slice to be opened; undefined for more slices. */
  readonly slice: number | undefined;

  constructor(slice?: number) {
    super('a round needs more');
    this.slice = slice;
  }
}

interface Packed {
  readonly first: number;
  readonly last: number;
  readonly sums: Uint8Array;
}

/**
 * Makes the round of a block from the slices of its chain. Rounds read without waiting, and a database answers later: so the round is
 * tried with what is in memory, and tried again with what it asked for.
 * @throws AditError `ADIT_LEDGER_SHARES` if it needs shares that were given up
 */
export async function readRound(queries: Queries, chain: string, question: RoundQuestion): Promise<Round> {
  const { scheme, number, countsFrom, blockBefore } = question;
  const slices = new LoadedSlices(queries, chain, number);
  for (;;) {
    try {
      return roundOf(scheme, {
        blockNumber: BigInt(number),
        countsFrom: BigInt(countsFrom),
        blockBefore: blockBefore === null ? null : BigInt(blockBefore),
        shares: slices.items(),
      });
    } catch (error) {
      if (!(error instanceof Wanted)) throw error;
      if (error.slice === undefined) await slices.loadMore();
      else await slices.open(error.slice);
    }
  }
}

/** The slices of a chain from a share back, as far as they were read. Their sums stay packed: they are unpacked when they are used. */
class LoadedSlices {
  readonly #queries: Queries;
  readonly #chain: string;
  readonly #packed: Packed[] = [];
  readonly #opened = new Map<number, readonly StoredShare[]>();
  readonly #names = new Map<number, string>();
  /** The slice whose sums were read last: a round asks whether a slice fits, and then takes it. */
  #unpacked: { readonly of: Packed; readonly sums: readonly StoredSum[] } | undefined;
  #before: number;
  #page = FIRST_PAGE;
  #isAll = false;

  constructor(queries: Queries, chain: string, number: number) {
    this.#queries = queries;
    this.#chain = chain;
    this.#before = number + 1;
  }

  *items(): Generator<RoundItem> {
    for (const slice of this.#packed) yield this.#itemOf(slice);
    if (!this.#isAll) throw new Wanted();
  }

  async loadMore(): Promise<void> {
    const rows = await this.#queries.all(
      'SELECT first_number, last_number, sums FROM slice WHERE chain = ? AND first_number < ? ORDER BY first_number DESC LIMIT ?',
      [this.#chain, this.#before, this.#page],
    );
    this.#isAll = rows.length < this.#page;
    this.#page = Math.min(MOST_PAGE, this.#page * 2);
    const unknown = new Set<number>();
    for (const row of rows) {
      const sums = bytesOf(row, 'sums');
      for (const { account } of unpackSums(sums)) if (!this.#names.has(account)) unknown.add(account);
      const first = numberOf(row, 'first_number');
      this.#packed.push({ first, last: numberOf(row, 'last_number'), sums });
      this.#before = first;
    }
    for (const [id, name] of await accountNames(this.#queries, this.#chain, unknown))
      this.#names.set(id, name);
  }

  async open(first: number): Promise<void> {
    this.#opened.set(first, (await openSlice(this.#queries, this.#chain, first)).shares);
  }

  #sumsOf(slice: Packed): readonly StoredSum[] {
    if (this.#unpacked?.of !== slice) this.#unpacked = { of: slice, sums: unpackSums(slice.sums) };
    return this.#unpacked.sums;
  }

  #itemOf(slice: Packed): RoundItem {
    const { first, last } = slice;
    const sumsOf = () => this.#sumsOf(slice);
    const nameOf = (account: number): string => this.#names.get(account) ?? `#${account}`;
    const opened = this.#opened;
    return {
      first: BigInt(first),
      last: BigInt(last),
      sums: {
        *[Symbol.iterator]() {
          for (const { account, scheme, score } of sumsOf())
            yield { account: nameOf(account), scheme, score };
        },
      },
      shares: () => {
        const shares = opened.get(first);
        if (shares === undefined) throw new Wanted(first);
        return newestFirst(shares, nameOf);
      },
    };
  }
}

function* newestFirst(
  shares: readonly StoredShare[],
  nameOf: (account: number) => string,
): Generator<RoundShare> {
  for (let i = shares.length - 1; i >= 0; i -= 1) {
    const share = shares[i];
    if (share === undefined) continue;
    const { number, account, score, scheme } = share;
    yield { number: BigInt(number), account: nameOf(account), score, scheme };
  }
}

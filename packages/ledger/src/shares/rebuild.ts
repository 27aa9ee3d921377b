import { type JournaledShare, type JournalTail, KnownShares } from '@adit/journal';
import { amountOf, numberOf, textOf } from '../database/cells.ts';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import { type Tariff, tariffAt, tariffsOf } from '../pps/tariffs.ts';
import { Scorer } from './chain-shares.ts';
import { journalMarks, type StoredMark } from './journal-marks.ts';
import { schemeChoices } from './scheme-choices.ts';
import { schemePeriods } from './scheme-periods.ts';
import { type RecordedRules, settleShare } from './settle-share.ts';
import { accountNames, ShareAccounts } from './share-accounts.ts';
import type { ShareRules } from './share-rules.ts';
import {
  type ShareOrigin,
  type StoredShare,
  sumsOf,
  unpackOrigin,
  unpackShares,
  unpackSums,
} from './slice-codec.ts';
import { bytesOf, putSlice, SLICE_FACTS, type SliceFacts, sliceFactsIn, slicesWith } from './slice-store.ts';

/** Something in the ledger that does not follow from the journals. */
export interface Mismatch {
  readonly kind: /** A row that was numbered is not in its journal any more. */
    | 'row_missing'
    /** A row is numbered twice, or the share was numbered before. */
    | 'counted_twice'
    /** Rows of a journal were neither numbered nor left out, or both. */
    | 'rows_uncovered'
    /** Account, scheme, score or weight of a share is another one. */
    | 'share_differs'
    /** The sums of a slice are not those of its shares. */
    | 'sums_differ'
    /** A row was left out although no other row has its share. */
    | 'left_out_wrongly'
    /** The round, the credit or the entry of a block is another one. */
    | 'round_differs'
    | 'credit_differs'
    | 'entry_differs'
    /** What shares earned that are paid at once is another amount. */
    | 'pps_differs';
  /** Chain and number, journal and row, or block. */
  readonly about: string;
  readonly detail: string;
}

/** What a rebuild from the journals works with. */
export interface RebuildModules {
  /** The ledger that is checked. It is only read. */
  readonly database: Pick<LedgerDatabase, 'read'>;
  /** An empty ledger, into which the shares are put again. */
  readonly into: Pick<LedgerDatabase, 'transact'>;
  readonly tail: JournalTail;
  /** The same rules as those of the ingest. */
  readonly rules?: Partial<ShareRules>;
}

/** What a rebuild has looked at. */
export interface RebuiltShares {
  readonly shares: number;
  /** Journals that were archived or lost: slices with rows of them cannot be checked. */
  readonly unchecked: readonly string[];
  readonly mismatches: readonly Mismatch[];
}

/** Mismatches that are listed. What is wrong once is mostly wrong everywhere. */
const MAX_MISMATCHES = 100;

interface Slice extends SliceFacts {
  readonly origins: readonly ShareOrigin[];
  /** Undefined where the single shares were given up. */
  readonly shares: readonly StoredShare[] | undefined;
  readonly sums: ReturnType<typeof unpackSums>;
  readonly names: ReadonlyMap<number, string>;
  readonly weights: ReadonlyMap<number, bigint>;
}

/**
 * Makes all slices again from the journals, in the order of the numbers that the shares have, and compares them to the unit.
 * @throws AditError `ADIT_JOURNAL_MISSING` and other faults of journals and databases
 */
export async function rebuildShares(modules: RebuildModules): Promise<RebuiltShares> {
  const rebuild = new Rebuild(modules, await modules.database.read(journalMarks));
  await rebuild.run();
  return rebuild.result;
}

class Rebuild {
  readonly #modules: RebuildModules;
  readonly #marks: ReadonlyMap<string, StoredMark>;
  readonly #known: KnownShares;
  readonly #accounts = new ShareAccounts();
  readonly #mismatches: Mismatch[] = [];
  readonly #absent = new Set<string>();
  /** Rows that were numbered, by instance. */
  readonly #numbered = new Map<string, number>();
  #shares = 0;

  constructor(modules: RebuildModules, marks: ReadonlyMap<string, StoredMark>) {
    this.#modules = modules;
    this.#marks = marks;
    this.#known = new KnownShares({}, modules.tail);
  }

  get result(): RebuiltShares {
    return { shares: this.#shares, unchecked: [...this.#absent].sort(), mismatches: this.#mismatches };
  }

  async run(): Promise<void> {
    const { database, tail } = this.#modules;
    const { journals } = tail.look(this.#marks);
    for (const instance of this.#marks.keys()) if (!journals.has(instance)) this.#absent.add(instance);
    const chains = await database.read((queries) =>
      queries.all('SELECT chain FROM share_chain ORDER BY chain'),
    );
    for (const row of chains) await this.#chain(textOf(row, 'chain'));
    await this.#cover();
  }

  async #chain(chain: string): Promise<void> {
    const { database } = this.#modules;
    const recorded = await database.read(async (queries) => ({
      periods: await schemePeriods(queries, chain),
      choices: await schemeChoices(queries, chain),
      tariffs: await tariffsOf(queries, chain),
    }));
    const scorer = new Scorer();
    // How far the shares of this chain were taken again: what makes a share of a later slice a second one.
    const taken = new Map<string, StoredMark>();
    let target: bigint | null = null;
    for (let after = 0; ; ) {
      const slice = await database.read((queries) => sliceAfter(queries, chain, after));
      if (slice === undefined) return;
      const isWhole = !slice.origins.some(({ instance }) => this.#absent.has(instance));
      if (isWhole) target = await this.#slice(chain, slice, { recorded, scorer, target, taken });
      else target = null;
      for (const { instance } of slice.origins)
        this.#numbered.set(instance, (this.#numbered.get(instance) ?? 0) + 1);
      this.#shares += slice.origins.length;
      after = slice.last;
    }
  }

  /** @returns the last target of the network */
  async #slice(
    chain: string,
    slice: Slice,
    state: {
      readonly recorded: Pick<RecordedRules, 'periods' | 'choices'> & { readonly tariffs: readonly Tariff[] };
      readonly scorer: Scorer;
      readonly target: bigint | null;
      readonly taken: Map<string, StoredMark>;
    },
  ): Promise<bigint | null> {
    const { rules = {} } = this.#modules;
    this.#known.begin(new Map(state.taken));
    let target = slice.targetBefore;
    if (state.target !== null && target !== state.target)
      this.#note('share_differs', `${chain} ${slice.first}`, 'another target of the network came before it');
    const made: (StoredShare & { readonly name: string })[] = [];
    for (const [i, row] of this.#rowsOf(slice.origins).entries()) {
      const number = slice.first + i;
      const about = `${chain} ${number}`;
      if (row === undefined || row.network !== chain) {
        this.#note('row_missing', about, 'its journal does not have its row');
        return null;
      }
      const before = state.taken.get(row.instance);
      if ((before?.sequence ?? 0) >= row.sequence || this.#known.take(row).kind === 'again')
        this.#note('counted_twice', about, `row ${row.sequence} of ${row.instance} was numbered before`);
      state.taken.set(row.instance, { ...REDONE, sequence: row.sequence });
      target = row.networkTarget ?? target;
      const weight = slice.weights.get(number) ?? row.weight;
      const { tariffs, ...recorded } = state.recorded;
      made.push({
        number,
        account: 0,
        ...settleShare(row, number, rules, { ...recorded, tariff: tariffAt(tariffs, number) }),
        weight,
        score: target === null ? 0n : state.scorer.score(row.dialect, weight, target),
      });
    }
    this.#compare(chain, slice, made);
    await this.#modules.into.transact(async (queries) => {
      this.#accounts.begin();
      const ids = await this.#accounts.idsOf(queries, chain, new Set(made.map(({ name }) => name)));
      const shares = made.map(({ name, ...share }) => ({ ...share, account: ids.get(name) ?? 0 }));
      await putSlice(queries, chain, { ...slice, shares });
    });
    this.#accounts.keep();
    return target;
  }

  #compare(chain: string, slice: Slice, made: readonly (StoredShare & { readonly name: string })[]): void {
    const text = (share: Pick<StoredShare, 'scheme' | 'score' | 'weight'>, name: string | undefined) =>
      `${name} ${share.scheme} ${share.score} ${share.weight}`;
    for (const [i, share] of (slice.shares ?? []).entries()) {
      const again = made[i];
      const found = text(share, slice.names.get(share.account));
      const expected = again === undefined ? 'nothing' : text(again, again.name);
      if (found !== expected)
        this.#note(
          'share_differs',
          `${chain} ${share.number}`,
          `the ledger has ${found}, its row makes ${expected}`,
        );
    }
    const ids = new Map([...slice.names].map(([id, name]) => [name, id]));
    const sums = sumsOf(made.map((share) => ({ ...share, account: ids.get(share.name) ?? -1 })));
    const list = (all: Iterable<ReturnType<typeof sumsOf>[number]>) =>
      [...all].map(({ account, ...sum }) => text(sum, String(account))).join();
    if (list(sums) !== list(slice.sums))
      this.#note('sums_differ', `${chain} ${slice.first}`, 'its sums are not those of its rows');
  }

  #rowsOf(origins: readonly ShareOrigin[]): readonly (JournaledShare | undefined)[] {
    const { tail } = this.#modules;
    const rows: (JournaledShare | undefined)[] = [];
    for (let start = 0; start < origins.length; ) {
      const first = origins[start];
      if (first === undefined) break;
      let count = 1;
      const continues = (origin: ShareOrigin | undefined) =>
        origin?.instance === first.instance && origin.sequence === first.sequence + count;
      while (continues(origins[start + count])) count += 1;
      const found = tail.rows(first.instance, first.sequence - 1, count);
      for (let i = 0; i < count; i += 1) rows.push(found[i]);
      start += count;
    }
    return rows;
  }

  /** Each row up to the mark of its journal was numbered or left out, and not both. */
  async #cover(): Promise<void> {
    const { database, tail } = this.#modules;
    const leftOut = await database.read((queries) =>
      queries.all('SELECT instance, first_sequence, because FROM left_out ORDER BY instance, first_sequence'),
    );
    const counts = new Map(this.#numbered);
    for (const row of leftOut) {
      const because = textOf(row, 'because');
      if (because === 'refused') continue;
      const place = { instance: textOf(row, 'instance'), sequence: numberOf(row, 'first_sequence') };
      counts.set(place.instance, (counts.get(place.instance) ?? 0) + 1);
      const [share] = tail.rows(place.instance, place.sequence - 1, 1);
      if (share === undefined) continue;
      const about = `${place.instance} ${place.sequence}`;
      if (because === 'duplicate' && tail.placesOf(share).length < 2)
        this.#note('left_out_wrongly', about, 'no other row has its share');
      if (await database.read((queries) => isNumbered(queries, share.network, place)))
        this.#note('rows_uncovered', about, 'it was left out, and numbered');
    }
    for (const [instance, { sequence }] of this.#marks) {
      const count = counts.get(instance) ?? 0;
      if (!this.#absent.has(instance) && count !== sequence)
        this.#note('rows_uncovered', instance, `${sequence} rows were taken, and ${count} are accounted for`);
    }
  }

  #note(kind: Mismatch['kind'], about: string, detail: string): void {
    if (this.#mismatches.length < MAX_MISMATCHES) this.#mismatches.push({ kind, about, detail });
  }
}

const REDONE: StoredMark = {
  sequence: 0,
  lighterId: 0,
  isGone: false,
  newestMs: 0,
  state: 'here',
};

async function sliceAfter(queries: Queries, chain: string, after: number): Promise<Slice | undefined> {
  const [row] = await queries.all(
    `SELECT ${SLICE_FACTS}, sums, origin, shares FROM slice WHERE chain = ? AND first_number > ? ORDER BY first_number LIMIT 1`,
    [chain, after],
  );
  if (row === undefined) return undefined;
  const facts = sliceFactsIn(row);
  const sums = unpackSums(bytesOf(row, 'sums'));
  const corrections = await queries.all(
    'SELECT number, weight FROM correction WHERE chain = ? AND number >= ? AND number <= ? AND is_applied = 1 ORDER BY number, position',
    [chain, facts.first, facts.last],
  );
  return {
    ...facts,
    sums,
    origins: unpackOrigin(bytesOf(row, 'origin')),
    shares:
      row['shares'] === null
        ? undefined
        : unpackShares(bytesOf(row, 'shares'), facts.first, facts.last - facts.first + 1),
    names: await accountNames(queries, chain, new Set(sums.map(({ account }) => account))),
    weights: new Map(corrections.map((one) => [numberOf(one, 'number'), amountOf(one, 'weight')])),
  };
}

async function isNumbered(queries: Queries, chain: string, place: ShareOrigin): Promise<boolean> {
  for (const first of await slicesWith(queries, chain, place)) {
    const [row] = await queries.all('SELECT origin FROM slice WHERE chain = ? AND first_number = ?', [
      chain,
      first,
    ]);
    const origins = row === undefined ? [] : unpackOrigin(bytesOf(row, 'origin'));
    if (origins.some((one) => one.instance === place.instance && one.sequence === place.sequence))
      return true;
  }
  return false;
}

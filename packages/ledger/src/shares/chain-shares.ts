import { type SchemePeriod, scoreOf } from '@adit/money';
import { AditError } from '@adit/primitives';
import { storeFoundBlock } from '../blocks/found-block.ts';
import { amountOf, decimal, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { RunningTariffs } from '../pps/tariffs.ts';
import { recordCorrection } from './corrections.ts';
import { shareDialect } from './dialects.ts';
import { chosenName, schemeChoices } from './scheme-choices.ts';
import { beginScheme, schemePeriods, storePeriod, wantedScheme } from './scheme-periods.ts';
import { settleShare } from './settle-share.ts';
import { type ShareAccounts, usableName } from './share-accounts.ts';
import type { TakenShare } from './share-plan.ts';
import type { ShareRules } from './share-rules.ts';
import type { ShareOrigin, StoredShare } from './slice-codec.ts';
import { newestSlice, openSlice, putSlice, SLICE_SHARES } from './slice-store.ts';

/** Turns weights into scores. Most shares in a row have one target of the network and few weights. */
export class Scorer {
  readonly #scores = new Map<bigint, bigint>();
  #dialect: string | undefined;
  #target: bigint | undefined;
  #networkWeight = 0n;

  /** @throws AditError `ADIT_LEDGER_NETWORK_WEIGHT` for an unknown dialect */
  score(dialect: string, weight: bigint, target: bigint): bigint {
    if (target !== this.#target || dialect !== this.#dialect) {
      this.#networkWeight = shareDialect(dialect).networkWeight(target);
      this.#dialect = dialect;
      this.#target = target;
      this.#scores.clear();
    }
    const known = this.#scores.get(weight);
    if (known !== undefined) return known;
    const score = scoreOf(weight, this.#networkWeight);
    if (this.#scores.size < MAX_SCORES) this.#scores.set(weight, score);
    return score;
  }
}

/** Scores that are kept for one target of the network: the targets of miners take few values. */
const MAX_SCORES = 4_096;

/**
 * Numbers the shares of one chain behind those that it has, within the caller's transaction, with their scores, slices and blocks.
 * @param taken of this chain, in their order
 * @throws AditError `ADIT_LEDGER_NETWORK_WEIGHT`
 */
export async function numberShares(
  queries: Queries,
  chain: string,
  taken: readonly TakenShare[],
  { accounts, rules }: { readonly accounts: ShareAccounts; readonly rules: ShareRules },
): Promise<void> {
  const [row] = await queries.all('SELECT next_number, network_target FROM share_chain WHERE chain = ?', [
    chain,
  ]);
  let number = row === undefined ? 1 : numberOf(row, 'next_number');
  // Shares before the first target of a chain are scored by it: TrueChain wants fruits only, until there are enough for a block.
  let target =
    (row === undefined ? null : orNull(row, 'network_target', amountOf)) ??
    taken.find(({ row: { networkTarget } }) => networkTarget !== null)?.row.networkTarget ??
    null;
  let periods = await periodsOf(queries, chain, rules);
  let wanted = await wantedScheme(queries, chain);
  const choices = await schemeChoices(queries, chain);
  const tariffs = await RunningTariffs.open(queries, chain);
  const first = number;
  const usable = new Set<string>();
  for (const [i, { row: share }] of taken.entries())
    usable.add(chosenName(choices, first + i, rules.accountOf?.(share) ?? share.account).account);
  const ids = await accounts.idsOf(queries, chain, new Set([...usable].map(usableName)));
  const slices = await SliceWriter.open(queries, chain);
  const scorer = new Scorer();
  for (const { row: share, weight, lowered } of taken) {
    const targetBefore = target;
    target = share.networkTarget ?? target;
    if (target === null)
      throw new AditError(
        'ADIT_LEDGER_NETWORK_WEIGHT',
        `row ${share.sequence} of ${share.instance} has no target of the network, and no share of ${chain} has one yet`,
      );
    if (tariffs.isDue(share.timeMs)) await tariffs.begin(share.timeMs, number);
    const recorded = { periods, choices, tariff: tariffs.current };
    const { name, scheme } = settleShare(share, number, rules, recorded);
    const score = scorer.score(share.dialect, weight, target);
    const account = ids.get(name) ?? 0;
    slices.add({ number, account, scheme, score, weight }, share, targetBefore);
    if (slices.isFull) await slices.end();
    for (const lowering of lowered) await recordCorrection(queries, chain, number, lowering, true);
    if (share.outcome !== 'share') {
      const block = { share, chain, number, scheme, account: name };
      const hash = await storeFoundBlock(queries, block);
      if (wanted !== undefined) {
        periods = await beginScheme(queries, chain, { history: periods, wanted }, { hash, number });
        wanted = undefined;
      }
    }
    number += 1;
  }
  await slices.end();
  await queries.run(
    'INSERT INTO share_chain (chain, next_number, network_target) VALUES (?, ?, ?) ON CONFLICT (chain) DO UPDATE SET next_number = excluded.next_number, network_target = excluded.network_target',
    [chain, number, decimal(target)],
  );
}

/** @returns shares of chains of which no share has a target of the network yet, neither in the ledger nor among these */
export async function withoutTarget(
  queries: Queries,
  taken: readonly TakenShare[],
): Promise<readonly TakenShare[]> {
  const chains = new Set(taken.map(({ row }) => row.network));
  for (const { row } of taken) if (row.networkTarget !== null) chains.delete(row.network);
  if (chains.size === 0) return [];
  const known = await queries.all('SELECT chain FROM share_chain WHERE network_target IS NOT NULL', []);
  for (const row of known) chains.delete(textOf(row, 'chain'));
  return taken.filter(({ row }) => chains.has(row.network));
}

/**
 * Sets the target of a network for shares that come without one, while no share had one.
 * @returns false if a share had one: then nothing is written
 */
export async function setFirstTarget(queries: Queries, chain: string, target: bigint): Promise<boolean> {
  const changed = await queries.run(
    'INSERT INTO share_chain (chain, next_number, network_target) VALUES (?, 1, ?) ON CONFLICT (chain) DO NOTHING',
    [chain, String(target)],
  );
  return changed === 1;
}

async function periodsOf(
  queries: Queries,
  chain: string,
  rules: ShareRules,
): Promise<readonly SchemePeriod[]> {
  const periods = await schemePeriods(queries, chain);
  if (periods.length > 0) return periods;
  const first = [{ from: 0n, afterBlock: null, scheme: rules.firstScheme(chain) }];
  await storePeriod(queries, chain, first);
  return first;
}

/** Fills the newest slice of a chain, then further ones. */
class SliceWriter {
  readonly #queries: Queries;
  readonly #chain: string;
  #shares: StoredShare[] = [];
  #origins: ShareOrigin[] = [];
  #firstMs = 0;
  #lastMs = 0;
  #targetBefore: bigint | null = null;

  /** Use {@link SliceWriter.open}. */
  private constructor(queries: Queries, chain: string) {
    this.#queries = queries;
    this.#chain = chain;
  }

  static async open(queries: Queries, chain: string): Promise<SliceWriter> {
    const writer = new SliceWriter(queries, chain);
    const newest = await newestSlice(queries, chain);
    if (newest === undefined || newest.last - newest.first + 1 >= SLICE_SHARES) return writer;
    const { shares, origins, firstMs, lastMs, targetBefore } = await openSlice(queries, chain, newest.first);
    writer.#shares = [...shares];
    writer.#origins = [...origins];
    writer.#firstMs = firstMs;
    writer.#lastMs = lastMs;
    writer.#targetBefore = targetBefore;
    return writer;
  }

  /** Whether the slice has all of its shares: end it before the next one. */
  get isFull(): boolean {
    return this.#shares.length >= SLICE_SHARES;
  }

  add(
    share: StoredShare,
    { instance, sequence, timeMs }: ShareOrigin & { readonly timeMs: number },
    targetBefore: bigint | null,
  ): void {
    if (this.#shares.length === 0) {
      this.#firstMs = timeMs;
      this.#lastMs = timeMs;
      this.#targetBefore = targetBefore;
    }
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
    this.#shares.push(share);
    this.#origins.push({ instance, sequence });
  }

  /** Stores what is not stored yet. */
  async end(): Promise<void> {
    await putSlice(this.#queries, this.#chain, {
      shares: this.#shares,
      origins: this.#origins,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      targetBefore: this.#targetBefore,
    });
    this.#shares = [];
    this.#origins = [];
  }
}

import type { PriceFacts } from '@adit/money';
import type { LedgerDatabase } from '../database/ledger-database.ts';
import { SLICE_SHARES } from '../shares/slice-store.ts';
import { type CreditedInterval, creditShares, uncreditedShares } from './credit-shares.ts';
import { decideReserve, isSamePrice, type ReserveVerdict } from './reserve-step.ts';
import { newestTariff } from './tariffs.ts';

/** How shares are paid at once. */
export interface PpsServiceOptions {
  /** The network. */
  readonly chain: string;
  /** Whether the configuration wants shares to be paid at once. Without it, shares that were promised something are still credited. */
  readonly isWanted: boolean;
  /** Name of the process in the audit. */
  readonly actor: string;
  /**
   * Longest time between two credits. Each credit writes a line for each account that has shares in it, so a short time fills the
   * database: ten thousand accounts write 1.4 million lines a day at ten minutes.
   */
  readonly creditMs?: number;
}

/** What the payment of shares works with. */
export interface PpsServiceModules {
  readonly database: Pick<LedgerDatabase, 'read' | 'transact'>;
  /** What a share is paid at now; undefined while nobody knows. Never rejects. */
  readonly priceNow: () => Promise<PriceFacts | undefined>;
  readonly now?: () => number;
}

/** What a step did. */
export interface PpsStep {
  /** Undefined where nothing was credited. */
  readonly credited: CreditedInterval | undefined;
  /** Undefined where the reserve was not looked at. */
  readonly reserve: ReserveVerdict | undefined;
  /** True if more shares wait: the next step should follow at once. */
  readonly isMore: boolean;
}

const CREDIT_MS = 600_000;
/** Shares that wait are credited from this number on, whatever the time: the reserve has to know what it has spent. */
const MOST_WAITING = 16 * SLICE_SHARES;
const NOTHING: PpsStep = { credited: undefined, reserve: undefined, isMore: false };

/**
 * Pays for shares of one chain at once, and stops when the reserve is used up. Credits, the mark up to which shares are credited, and
 * the decision about new shares are one transaction.
 */
export class PpsService {
  readonly #options: PpsServiceOptions;
  readonly #modules: PpsServiceModules;
  /** When shares were credited last, by this process. */
  #creditedMs = Number.NEGATIVE_INFINITY;

  constructor(options: PpsServiceOptions, modules: PpsServiceModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /**
   * Credits what is due, and decides about new shares. Steps must not overlap.
   * @throws AditError of the database; `ADIT_LEDGER_TERMS`, `ADIT_LEDGER_SHARES`. Nothing of the step was stored then.
   */
  async step(): Promise<PpsStep> {
    const { chain, isWanted, actor } = this.#options;
    const { database, now = Date.now, priceNow } = this.#modules;
    const facts = isWanted ? await priceNow() : undefined;
    const timeMs = now();
    if (!(await this.#isDue(facts, timeMs))) return NOTHING;
    const step = await database.transact(async (queries): Promise<PpsStep> => {
      const credited = await creditShares(queries, chain, timeMs);
      const isMore = credited?.isMore === true;
      const isKnown = isWanted || (await newestTariff(queries, chain)) !== undefined;
      const reserve =
        isMore || !isKnown ? undefined : await decideReserve(queries, chain, facts, { timeMs, actor });
      return { credited, reserve, isMore };
    });
    if (!step.isMore) this.#creditedMs = timeMs;
    return step;
  }

  /** Reads only, so that most steps of most chains write nothing. */
  async #isDue(facts: PriceFacts | undefined, timeMs: number): Promise<boolean> {
    const { chain, isWanted, creditMs = CREDIT_MS } = this.#options;
    const { tariff, waiting } = await this.#modules.database.read(async (queries) => ({
      tariff: await newestTariff(queries, chain),
      waiting: (await uncreditedShares(queries, chain)) ?? 0,
    }));
    if (tariff === undefined) return isWanted;
    if (!tariff.isOpen) return isWanted || waiting > 0;
    return (
      waiting >= MOST_WAITING ||
      timeMs - this.#creditedMs >= creditMs ||
      // A clock that was set back must not stop credits.
      timeMs < this.#creditedMs ||
      (facts !== undefined && !isSamePrice(tariff, facts))
    );
  }
}

import { type JournalTail, KnownShares, type TailLook } from '@adit/journal';
import { DEFAULT_SCHEME } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import { rowsOfMarks, slicesOf } from '../database/slices.ts';
import { numberShares, withoutTarget } from './chain-shares.ts';
import { correctShare } from './corrections.ts';
import { acceptLoss, journalMarks, moveMark, type StoredMark } from './journal-marks.ts';
import { ShareAccounts } from './share-accounts.ts';
import { planShares, type ShareAlarm, type SharePlan, type TakenShare } from './share-plan.ts';
import type { ShareRules } from './share-rules.ts';

/** Bounds of the ingest. */
export interface IngestOptions {
  /**
   * Age from which a row is taken. The pool refuses what it cannot commit within 10 s, so a row that appears later than this is rare:
   * it gets the next number then.
   */
  readonly settleMs?: number;
  /** Rows that one step takes: what one transaction writes, and what a kill makes the next process do again. */
  readonly maxRows?: number;
  /** Digests that are kept in memory. */
  readonly maxDigests?: number;
}

/** What the ingest works with. */
export interface IngestModules {
  readonly tail: JournalTail;
  readonly database: Pick<LedgerDatabase, 'read' | 'transact'>;
  readonly rules?: Partial<ShareRules>;
  /** Wall clock, milliseconds since 1970: the clock by which the pool stamps its shares. */
  readonly now?: () => number;
  readonly onAlarm?: (alarm: ShareAlarm) => void;
}

/** What a step did. */
export interface IngestStep {
  /** Shares that got a number. */
  readonly numbered: number;
  /** Rows that were read and left out. */
  readonly leftOut: number;
  /** True if more rows wait: the next step should follow at once. */
  readonly isFull: boolean;
}

const SETTLE_MS = 60_000;
const MAX_ROWS = 16_384;
/** Age of a share that waits for the first target of its network, from which a person hears of it. A fresh TrueChain wants fruits first. */
const FIRST_TARGET_MS = 10 * 60_000;

/**
 * Takes shares from the journals into the ledger: each share once, with a number that it keeps. A step stores its shares and the marks of
 * the journals in one transaction, so a process that is killed anywhere goes on as if it had not begun the step.
 */
export class Ingest {
  readonly #settleMs: number;
  readonly #maxRows: number;
  readonly #modules: IngestModules;
  readonly #known: KnownShares;
  readonly #accounts = new ShareAccounts();
  readonly #rules: ShareRules;
  /** Refused rows that are noted, by instance: the last one. */
  readonly #refused = new Map<string, number>();

  constructor(options: IngestOptions, modules: IngestModules) {
    this.#settleMs = options.settleMs ?? SETTLE_MS;
    this.#maxRows = options.maxRows ?? MAX_ROWS;
    this.#modules = modules;
    this.#known = new KnownShares(
      options.maxDigests === undefined ? {} : { maxDigests: options.maxDigests },
      modules.tail,
    );
    this.#rules = { firstScheme: () => DEFAULT_SCHEME, ...modules.rules };
  }

  /**
   * Takes the next rows. Steps must not overlap.
   * @throws AditError `ADIT_JOURNAL_MISSING` and other faults of journals, `ADIT_LEDGER_NETWORK_WEIGHT`, faults of the database. Nothing
   *   of the step was stored then, and the next step tries again.
   */
  async step(): Promise<IngestStep> {
    const { tail, database, now = Date.now, onAlarm } = this.#modules;
    const { marks, look } = await this.#look();
    const [absent] = look.absent;
    if (absent !== undefined && marks.size > 0)
      throw new AditError(
        'ADIT_JOURNAL_MISSING',
        `the journal ${absent.instance}.db is gone, with ${absent.lastSequence} shares that were kept: bring it back, or accept the loss`,
      );
    const timeMs = now();
    this.#known.begin(marks);
    try {
      const options = { beforeMs: timeMs - this.#settleMs, maxRows: this.#maxRows };
      const plan = planShares(options, look, marks, { tail, known: this.#known });
      if (await this.#mustWait(plan, timeMs)) {
        this.#known.forget();
        return { numbered: 0, leftOut: 0, isFull: false };
      }
      const leftOut = plan.leftOut.filter(({ instance, last, because }) => {
        const isNoted = because === 'refused' && this.#refused.get(instance) === last;
        return !isNoted;
      });
      const alarms = leftOut.length === plan.leftOut.length ? [...plan.alarms] : withoutRefused(plan.alarms);
      if (plan.marks.size > 0 || leftOut.length > 0 || look.absent.length > 0) {
        alarms.push(
          ...(await database.transact(async (queries) => {
            // A ledger that begins on a folder from which old journals were removed cannot know them.
            for (const { instance, lastSequence } of look.absent)
              await acceptLoss(queries, {
                instance,
                lastSequence,
                timeMs,
                actor: 'ingest',
                reason: 'gone before the ledger began',
              });
            return this.#store(queries, { ...plan, leftOut }, marks);
          })),
        );
        this.#accounts.keep();
      }
      for (const { instance, last, because } of leftOut)
        if (because === 'refused') this.#refused.set(instance, last);
      for (const alarm of alarms) onAlarm?.(alarm);
      return { numbered: plan.taken.length, leftOut: leftOut.length, isFull: plan.isFull };
    } catch (error) {
      this.#known.forget();
      throw error;
    }
  }

  /**
   * Whether shares wait for the first target of their network. All wait with them: a journal's mark cannot pass over a row. Where more
   * shares wait than a step takes, or for long, the step goes on and throws.
   */
  async #mustWait({ taken, isFull }: SharePlan, timeMs: number): Promise<boolean> {
    if (isFull || !taken.some(({ row }) => row.networkTarget === null)) return false;
    const waiting = await this.#modules.database.read((queries) => withoutTarget(queries, taken));
    return waiting.length > 0 && waiting.every(({ row }) => timeMs - row.timeMs < FIRST_TARGET_MS);
  }

  /** A journal may be archived behind the moment when its mark was read: then the mark says so now. */
  async #look(): Promise<{ readonly marks: ReadonlyMap<string, StoredMark>; readonly look: TailLook }> {
    const { tail, database } = this.#modules;
    const marks = await database.read(journalMarks);
    try {
      return { marks, look: tail.look(marks) };
    } catch (error) {
      if (!(error instanceof AditError) || error.code !== 'ADIT_JOURNAL_MISSING') throw error;
      const now = await database.read(journalMarks);
      return { marks: now, look: tail.look(now) };
    }
  }

  async #store(
    queries: Queries,
    plan: SharePlan,
    before: ReadonlyMap<string, StoredMark>,
  ): Promise<readonly ShareAlarm[]> {
    const alarms: ShareAlarm[] = [];
    this.#accounts.begin();
    for (const [instance, after] of plan.marks)
      await moveMark(queries, instance, before.get(instance), after);
    for (const slice of slicesOf(plan.leftOut))
      await queries.run(
        `INSERT INTO left_out (instance, first_sequence, last_sequence, because) VALUES ${rowsOfMarks(slice.length, 4)} ON CONFLICT (instance, first_sequence) DO UPDATE SET last_sequence = excluded.last_sequence, because = excluded.because`,
        slice.flatMap(({ instance, first, last, because }) => [instance, first, last, because]),
      );
    // Before new shares are numbered: the slice that is corrected may be the one that is filled.
    for (const lowering of plan.lowered) {
      const { number, isApplied } = await correctShare(queries, lowering);
      const { network: chain, weight } = lowering;
      if (!isApplied) alarms.push({ kind: 'weight_too_late', chain, number, weight });
    }
    const chains = new Map<string, TakenShare[]>();
    for (const taken of plan.taken) {
      const list = chains.get(taken.row.network);
      if (list === undefined) chains.set(taken.row.network, [taken]);
      else list.push(taken);
    }
    const modules = { accounts: this.#accounts, rules: this.#rules };
    for (const [chain, taken] of chains) await numberShares(queries, chain, taken, modules);
    return alarms;
  }
}

/** Alarms about a journal that ended early are told once, with its refused rows. */
function withoutRefused(alarms: readonly ShareAlarm[]): ShareAlarm[] {
  return alarms.filter(({ kind }) => kind !== 'refused_counted');
}

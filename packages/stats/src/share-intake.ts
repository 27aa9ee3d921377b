import { randomUUID } from 'node:crypto';
import { type JournalMark, type JournalTail, KnownShares, mergedRows } from '@adit/journal';
import { AditError } from '@adit/primitives';
import type Database from 'better-sqlite3';
import { BucketSums } from './store/bucket-sums.ts';
import { OldRows } from './store/old-rows.ts';
import { Rounds } from './store/rounds.ts';
import { Subjects } from './store/subjects.ts';

/** How shares are taken into the statistics. */
export interface ShareIntakeOptions {
  /**
   * Age from which a row is taken. Rows of two journals are ordered by their times, and a commit takes milliseconds; a row that comes later
   * than this counts too, in the round that is open then.
   */
  readonly settleMs?: number;
  /** Rows of one step: what one transaction writes, and what a kill makes the next process do again. */
  readonly maxRows?: number;
  /** Digests that are kept in memory, to count each share once. */
  readonly maxDigests?: number;
}

/** What the intake works with. */
export interface ShareIntakeModules {
  readonly tail: Pick<JournalTail, 'look' | 'rows' | 'takenOf'>;
  /** As {@link openStats} opens it. */
  readonly db: Database.Database;
  /** Wall clock, milliseconds since 1970: the clock by which the pool stamps its shares. */
  readonly now?: () => number;
  /** Called for each journal that cannot be read, at each step. Statistics go on without it, and take it up when it is back. */
  readonly onFault?: (fault: AditError) => void;
}

/** What a step did. */
export interface IntakeStep {
  /** Shares that were counted. */
  readonly counted: number;
  /** Time of the newest row that was taken; undefined for none. */
  readonly newestMs: number | undefined;
  /** True if more rows wait: the next step should follow at once. */
  readonly isFull: boolean;
}

const SETTLE_MS = 500;
const MAX_ROWS = 5_000;
/** Half of what a ledger keeps: a group that is not kept is read again. */
const MAX_DIGESTS = 200_000;

/**
 * Takes shares from the journals into buckets, each share once. A step stores buckets and marks in one transaction, so a process that is
 * killed anywhere goes on as if it had not begun the step. All sums are exact integers, so the order of the rows does not matter to them.
 *
 * A share that comes again with a smaller weight, after it was taken, keeps its weight here: books correct it, statistics do not.
 */
export class ShareIntake {
  readonly #settleMs: number;
  readonly #maxRows: number;
  readonly #modules: ShareIntakeModules;
  readonly #known: KnownShares;
  readonly #subjects: Subjects;
  readonly #sums: BucketSums;
  readonly #rounds: Rounds;
  readonly #old: OldRows;
  /** Names this intake among others on the same file. */
  readonly #name = randomUUID();

  constructor(options: ShareIntakeOptions, modules: ShareIntakeModules) {
    const { settleMs = SETTLE_MS, maxRows = MAX_ROWS, maxDigests = MAX_DIGESTS } = options;
    this.#settleMs = settleMs;
    this.#maxRows = maxRows;
    this.#modules = modules;
    this.#known = new KnownShares({ maxDigests }, { takenOf: (...asked) => this.#takenOf(...asked) });
    this.#subjects = new Subjects(modules.db);
    this.#sums = new BucketSums(modules.db);
    this.#rounds = new Rounds(modules.db);
    this.#old = new OldRows(modules.db);
  }

  /**
   * Takes the next rows.
   * @throws an error of SQLite where the statistics cannot be written; nothing of the step is kept then
   */
  step(): IntakeStep {
    const { db, now = Date.now } = this.#modules;
    const nowMs = now();
    const forget = () => {
      this.#known.forget();
      this.#subjects.forget();
      this.#sums.clear();
      this.#rounds.forget();
    };
    try {
      return db
        .transaction(() => {
          const writer = db.prepare("SELECT value FROM meta WHERE name = 'writer'").pluck().get();
          // Another process has written since: what is kept in memory may be older than the file.
          if (writer !== this.#name) {
            forget();
            db.prepare("INSERT OR REPLACE INTO meta VALUES ('writer', ?)").run(this.#name);
          }
          return this.#take(nowMs);
        })
        .immediate();
    } catch (error) {
      forget();
      throw error;
    }
  }

  #take(nowMs: number): IntakeStep {
    const { db, tail, onFault } = this.#modules;
    const marks = this.#marks();
    // A journal that is archived is no fault here: what it had is counted.
    const gone = new Map([...marks].map(([instance, mark]) => [instance, { ...mark, isGone: true }]));
    const look = tail.look(gone, (fault) => onFault?.(fault));
    this.#known.begin(marks);
    const rows = {
      rows: (...asked: Parameters<JournalTail['rows']>) => this.#unlessFault(() => tail.rows(...asked), []),
    };
    const moved = new Map<string, { sequence: number; newestMs: number }>();
    let counted = 0;
    let read = 0;
    let isFull = false;
    let newestMs: number | undefined;
    for (const row of mergedRows(rows, look, marks, nowMs - this.#settleMs)) {
      if (read === this.#maxRows) {
        isFull = true;
        break;
      }
      read += 1;
      const before = moved.get(row.instance)?.newestMs ?? 0;
      moved.set(row.instance, { sequence: row.sequence, newestMs: Math.max(before, row.timeMs) });
      newestMs = Math.max(newestMs ?? 0, row.timeMs);
      if (row.weight <= 0n) continue;
      const found = this.#known.take(row);
      if (found.kind === 'again') continue;
      counted += 1;
      this.#rounds.take(row, found.weight);
      for (const [subject, kind] of this.#subjects.take(row, found.weight))
        this.#sums.add(subject, kind, row, found.weight, nowMs);
    }
    this.#sums.write();
    this.#rounds.write();
    this.#subjects.write();
    const mark = db.prepare(
      'INSERT INTO mark VALUES (?, ?, ?) ON CONFLICT (instance) DO UPDATE SET sequence = excluded.sequence, newest_ms = max(newest_ms, excluded.newest_ms)',
    );
    for (const [instance, at] of moved) mark.run(instance, at.sequence, at.newestMs);
    const takenMs = isFull ? (newestMs ?? 0) : nowMs - this.#settleMs;
    db.prepare("INSERT OR REPLACE INTO meta VALUES ('taken_ms', ?)").run(String(takenMs));
    this.#old.remove(nowMs);
    return { counted, newestMs, isFull };
  }

  /** Notes that the pool ran: a bucket without shares is zero then, and unknown otherwise. */
  noteAlive(timeMs: number): void {
    this.#modules.db
      .prepare('INSERT OR IGNORE INTO alive VALUES (?)')
      .run(Math.floor(timeMs / 60_000) * 60_000);
  }

  #marks(): ReadonlyMap<string, JournalMark> {
    const rows = this.#modules.db.prepare('SELECT instance, sequence FROM mark').all() as {
      instance: string;
      sequence: number;
    }[];
    return new Map(
      rows.map(({ instance, sequence }) => [instance, { sequence, lighterId: 0, isGone: false }]),
    );
  }

  #takenOf(...asked: Parameters<JournalTail['takenOf']>): ReturnType<JournalTail['takenOf']> {
    return this.#unlessFault(() => this.#modules.tail.takenOf(...asked), {
      kept: new Map(),
      lighter: new Map(),
    });
  }

  /** A journal that has become unreadable is left out, and told. */
  #unlessFault<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AditError)) throw error;
      this.#modules.onFault?.(error);
      return otherwise;
    }
  }
}

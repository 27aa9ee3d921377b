import path from 'node:path';
import { encodeHex } from '@adit/primitives';
import Database from 'better-sqlite3';
import { recordEnd, removeEnd } from './end-record.ts';
import { FilesInUse } from './files-in-use.ts';
import { isAbsent } from './is-absent.ts';
import type { NetworksOfChains, WorkGroup } from './journal-file.ts';
import { CLOSED, type JournalEnd } from './journal-schema.ts';
import { journalFolder, makeJournal, removeJournal } from './new-journal.ts';
import { OtherJournals } from './other-journals.ts';
import { type FileAccess, makePrivateFolder } from './private-files.ts';
import type { ShareRecord, WeightAlarm } from './share-record.ts';
import { recordsToTake } from './taken-records.ts';

export interface JournalStoreOptions {
  readonly dataFolder: string;
  /** File name of the journal; it must be new. */
  readonly instance: string;
  readonly access: FileAccess;
  /** The journals of this process that have ended. */
  readonly ends: readonly JournalEnd[];
  /** Those of them whose ends no other journal says yet. */
  readonly unsaid: readonly string[];
  /** Files of this process for which no miner was told that a share is kept. */
  readonly unused: readonly string[];
  /** Instances whose files this process has lost: a fault is reported until they are back. */
  readonly missing: readonly string[];
  /** @see NewJournal */
  readonly isUrgent: boolean;
  readonly networks: NetworksOfChains;
  /** For tests: every commit takes this much longer, as on a slow disk. */
  readonly commitDelayMs: number;
}

export interface JournalStoreModules {
  /** The file has its name. @param taken ends of other processes' journals that it says, taken over from records */
  readonly onNamed: (taken: readonly JournalEnd[]) => void;
}

export interface Commit {
  /** For each record, whether it is new. A known digest is not kept again. */
  readonly kept: readonly boolean[];
  /** The last row in this file. */
  readonly lastSequence: number;
  readonly alarms: readonly WeightAlarm[];
}

/**
 * Longest wait for a lock. Only our process writes this file; a person that opens it for writing must not delay the
 * pool.
 */
const LOCK_WAIT_MS = 1_000;
/** Alarms reported for one commit. Many alarms have the same cause, so a few tell as much as all. */
const MAX_ALARMS = 16;

const KEY = 'network = ? AND work_group = ? AND digest = ?';

/**
 * The journal of one process: one new SQLite file, written by one thread.
 *
 * synchronous=FULL in WAL mode makes each commit wait for the disk, so that committed shares survive a kill and a power
 * cut. The store never waits for another process. After the first failure of any kind, the file is not used any more:
 * the next commit could bring back shares that a failed commit left in its log.
 */
export class JournalStore {
  readonly others: OtherJournals;
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #files: FilesInUse;
  readonly #commitDelayMs: number;
  readonly #instance: string;
  readonly #insert: Database.Statement;
  readonly #weight: Database.Statement;
  readonly #lighter: Database.Statement;
  readonly #digests: Database.Statement;
  readonly #insertLighter: Database.Statement;
  /** Journals whose records this file repeats. */
  #needless: readonly string[];
  #lastSequence = 0;

  /** @throws AditError `ADIT_JOURNAL_EXISTS`; errors of the file system and of SQLite */
  constructor(options: JournalStoreOptions, { onNamed }: JournalStoreModules) {
    const { dataFolder, instance, access, missing, networks, unused, isUrgent } = options;
    const folder = journalFolder(dataFolder);
    makePrivateFolder(folder, access);
    // Processes that were killed left records: from now on this file says the same.
    const taken = recordsToTake(folder);
    const ends = earliest([...options.ends, ...taken.map(({ end }) => end)]);
    this.#needless = [
      ...taken.map(({ journal }) => journal),
      ...options.ends.map((end) => path.join(folder, `${end.instance}.db`)),
    ];
    this.#instance = instance;
    this.#commitDelayMs = options.commitDelayMs;
    const file = makeJournal(
      { folder, instance, access, ends, unused, isUrgent },
      { onNamed: () => onNamed(taken.map(({ end }) => end)) },
    );
    this.#db = new Database(file, { timeout: LOCK_WAIT_MS, fileMustExist: true });
    this.#db.pragma('synchronous = FULL');
    this.#insert = this.#db.prepare(
      `INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (network, work_group, digest) DO NOTHING`,
    );
    this.#weight = this.#db.prepare(`SELECT weight FROM share WHERE ${KEY}`).pluck();
    this.#lighter = this.#db.prepare(`SELECT weight FROM lighter WHERE ${KEY}`).pluck();
    this.#digests = this.#db.prepare('SELECT digest FROM share WHERE network = ? AND work_group = ?').pluck();
    this.#insertLighter = this.#db.prepare('INSERT INTO lighter VALUES (NULL, ?, ?, ?, ?, ?)');
    // The first read makes SQLite create the log, which `FilesInUse` needs.
    this.#db.prepare('SELECT instance FROM journal').get();
    this.#file = file;
    this.#files = new FilesInUse(file);
    this.others = new OtherJournals({ folder, instance, networks, missing, ends });
  }

  /** @throws AditError `ADIT_JOURNAL_GONE` if a file was moved, replaced or changed by others */
  checkPlace(): void {
    this.#files.check();
  }

  /**
   * Keeps all records in one transaction.
   * @throws any error of the commit; then no record counts as kept, and the caller must abandon the store
   */
  commit(records: readonly ShareRecord[]): Commit {
    this.checkPlace();
    const alarms: WeightAlarm[] = [];
    let sequence = this.#lastSequence;
    const weightElsewhere = this.others.lookup();
    const kept = this.#db.transaction(() =>
      records.map((record) => {
        const elsewhere = weightElsewhere(record);
        const { changes } =
          elsewhere === undefined ? this.#insert.run(...valuesOf(sequence + 1, record)) : { changes: 0 };
        sequence += changes;
        if (changes === 0) this.#compare(record, elsewhere, alarms);
        return changes === 1;
      }),
    )();
    if (this.#commitDelayMs > 0) sleep(this.#commitDelayMs);
    // Check again: no miner may be told that its share is kept in a file that was removed during the commit.
    this.#files.committed(sequence > this.#lastSequence);
    this.#lastSequence = sequence;
    return { kept, lastSequence: sequence, alarms };
  }

  /**
   * Removes the records of other journals, which this file repeats. To be called when the main thread knows of a commit:
   * before that it may have this file removed as unused.
   */
  removeRecords(): void {
    for (const journal of this.#needless) {
      try {
        removeEnd(journal);
      } catch {
        // It says the same as this file, so it does no harm.
      }
    }
    this.#needless = [];
  }

  /** Digests of a group, here and in the journals of other processes. The generator pauses after each file. */
  *digestsOf(group: WorkGroup): Generator<void, Uint8Array[]> {
    this.checkPlace();
    const others = yield* this.others.digestsOf(group);
    const own = this.#digests.all(group.network, group.workGroup) as Uint8Array[];
    return [...own, ...others];
  }

  /**
   * Marks the file as complete, and merges the log into it. A file that never held anything is removed: a pool whose
   * start fails again and again must not leave many empty files, which nobody dares to delete.
   */
  close(): void {
    this.others.close();
    let isNeedless = false;
    let isFinished = false;
    try {
      this.checkPlace();
      isNeedless = this.#holdsNothing;
      if (!isNeedless) this.#finish();
      isFinished = true;
    } catch {
      // All acknowledged shares are on disk. The steps above only make reading easier.
    }
    this.#release();
    if (isNeedless) removeJournal(this.#file);
    else if (isFinished) {
      removeEnd(this.#file);
      this.removeRecords();
    }
  }

  #finish(): void {
    this.#db.prepare('INSERT INTO ended VALUES (?, ?, ?)').run(this.#instance, this.#lastSequence, CLOSED);
    // Do not wait for a process that reads the file at this moment.
    this.#db.pragma('busy_timeout = 0');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    // Without WAL mode, users who may not write in the folder can read the file.
    this.#db.pragma('journal_mode = DELETE');
  }

  /** Gives the file up after a failure, without writing to it. */
  abandon(): void {
    this.others.close();
    this.#release();
  }

  #release(): void {
    this.#files.mendIndex();
    this.#db.close();
    this.#files.close();
  }

  /** True if the file has no share, no smaller weight and no end of another journal. It asks the file, not memory. */
  get #holdsNothing(): boolean {
    const tables = ['share', 'lighter', 'ended'];
    return tables.every((table) => this.#db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined);
  }

  /** A share came again. If its weight is smaller than all known ones, that weight is kept too. */
  #compare(record: ShareRecord, elsewhere: bigint | undefined, alarms: WeightAlarm[]): void {
    const { network, workGroup, digest, weight, timeMs } = record;
    const key = [network, workGroup, digest] as const;
    const own = [...this.#weight.all(...key), ...this.#lighter.all(...key)] as string[];
    const known = [...own.map(BigInt), ...(elsewhere === undefined ? [] : [elsewhere])];
    if (known.every((other) => other === weight)) return;
    if (known.every((other) => weight < other)) this.#insertLighter.run(timeMs, ...key, weight.toString());
    if (alarms.length < MAX_ALARMS) {
      alarms.push({ network, workGroup, digest: encodeHex(digest), weights: ascending([...known, weight]) });
    }
  }
}

/**
 * Says in the reserved places where the journals of this process end. To be called where no new journal can be made.
 * @returns whether readers know all these ends from now on
 */
export function recordEnds({ dataFolder, ends, unsaid, isUrgent }: JournalStoreOptions): boolean {
  const folder = journalFolder(dataFolder);
  try {
    for (const end of ends) {
      const journal = path.join(folder, `${end.instance}.db`);
      // A journal without a file has no rows that could come back. A disk that answers with errors does not say that.
      if (unsaid.includes(end.instance) && !isAbsent(journal)) recordEnd(journal, end, isUrgent);
    }
    return true;
  } catch {
    return false;
  }
}

/** Each instance once, with its earliest end. */
function earliest(ends: readonly JournalEnd[]): JournalEnd[] {
  const byInstance = new Map<string, JournalEnd>();
  for (const end of ends) {
    const known = byInstance.get(end.instance);
    if (known === undefined || end.lastSequence < known.lastSequence) byInstance.set(end.instance, end);
  }
  return [...byInstance.values()];
}

/** Sorts weights, and removes equal ones. */
export function ascending(weights: readonly bigint[]): bigint[] {
  return [...new Set(weights)].sort((a, b) => (a < b ? -1 : 1));
}

function valuesOf(sequence: number, record: ShareRecord): unknown[] {
  return [
    sequence,
    record.timeMs,
    record.network,
    record.chain,
    record.height,
    record.workId,
    record.workGroup,
    record.account,
    record.worker,
    record.dialect,
    record.weight.toString(),
    record.shareTarget.toString(),
    // No hash can meet a target of 0: it means that there was no target.
    record.networkTarget === 0n ? null : (record.networkTarget?.toString() ?? null),
    record.digest,
    record.outcome,
    record.paid ?? null,
  ];
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

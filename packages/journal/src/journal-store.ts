import { encodeHex } from '@adit/primitives';
import Database from 'better-sqlite3';
import { FilesInUse } from './files-in-use.ts';
import type { NetworksOfChains, WorkGroup } from './journal-file.ts';
import { CLOSED, type JournalEnd } from './journal-schema.ts';
import { journalFolder, makeJournal, removeJournal } from './new-journal.ts';
import { OtherJournals } from './other-journals.ts';
import { type FileAccess, makePrivateFolder } from './private-files.ts';
import type { ShareRecord, WeightAlarm } from './share-record.ts';

export interface JournalStoreOptions {
  readonly dataFolder: string;
  /** File name of the journal; it must be new. */
  readonly instance: string;
  readonly access: FileAccess;
  /** The journals of this process that are over. */
  readonly ends: readonly JournalEnd[];
  /** Files of this process in which nobody was told that anything is kept. */
  readonly unused: readonly string[];
  /** Instances whose files this process has lost: they are missed until somebody brings them back. */
  readonly missing: readonly string[];
  readonly networks: NetworksOfChains;
  /** For tests: every commit takes so much longer, as on a slow disk. */
  readonly commitDelayMs: number;
}

export interface Commit {
  /** For each record whether it is new; a known digest is not kept again. */
  readonly kept: readonly boolean[];
  /** The last row that has ever been kept here. */
  readonly lastSequence: number;
  readonly alarms: readonly WeightAlarm[];
}

/** Writers of this file are we alone; who opens it by hand for writing must not hold the pool up. */
const LOCK_WAIT_MS = 1_000;
/** Each is one fault, seen a thousand times or once: a few tell as much. */
const MAX_ALARMS = 16;

const KEY = 'network = ? AND work_group = ? AND digest = ?';

/**
 * The journal of one process: one new SQLite file, written by one thread.
 *
 * synchronous=FULL in WAL mode makes each commit wait for the disk: what has been committed survives a kill and a power
 * cut. No other process is ever waited for. After the first failure of any kind the file is used no more: what a commit
 * that failed left in its log could come back with the next one.
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
  #lastSequence = 0;

  /** @throws AditError `ADIT_JOURNAL_EXISTS`; whatever the disk said */
  constructor(options: JournalStoreOptions) {
    const { dataFolder, instance, access, ends, missing, networks } = options;
    const folder = journalFolder(dataFolder);
    makePrivateFolder(folder, access);
    this.#instance = instance;
    this.#commitDelayMs = options.commitDelayMs;
    const file = makeJournal({ folder, instance, access, ends, unused: options.unused });
    this.#db = new Database(file, { timeout: LOCK_WAIT_MS, fileMustExist: true });
    this.#db.pragma('synchronous = FULL');
    this.#insert = this.#db.prepare(
      `INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (network, work_group, digest) DO NOTHING`,
    );
    this.#weight = this.#db.prepare(`SELECT weight FROM share WHERE ${KEY}`).pluck();
    this.#lighter = this.#db.prepare(`SELECT weight FROM lighter WHERE ${KEY}`).pluck();
    this.#digests = this.#db.prepare('SELECT digest FROM share WHERE network = ? AND work_group = ?').pluck();
    this.#insertLighter = this.#db.prepare('INSERT INTO lighter VALUES (NULL, ?, ?, ?, ?, ?)');
    // The first look makes the log beside it.
    this.#db.prepare('SELECT instance FROM journal').get();
    this.#file = file;
    this.#files = new FilesInUse(file);
    this.others = new OtherJournals({ folder, instance, networks, missing, ends });
  }

  /** @throws AditError `ADIT_JOURNAL_GONE` where a file is no longer what and where it was */
  checkPlace(): void {
    this.#files.check();
  }

  /**
   * One transaction for all.
   * @throws whatever went wrong; nothing was kept then, and the store must be abandoned
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
    // Nobody must hear that a share is kept in a file that went while it was written.
    this.#files.committed(sequence > this.#lastSequence);
    this.#lastSequence = sequence;
    return { kept, lastSequence: sequence, alarms };
  }

  /** Digests of a group, here and in the journals of other processes; pauses now and then. */
  *digestsOf(group: WorkGroup): Generator<void, Uint8Array[]> {
    this.checkPlace();
    const others = yield* this.others.digestsOf(group);
    const own = this.#digests.all(group.network, group.workGroup) as Uint8Array[];
    return [...own, ...others];
  }

  /**
   * The file says that it is whole, and needs no log beside it any more. One that never held anything is removed: a start
   * that fails again and again must leave no heap of files that nobody may delete.
   */
  close(): void {
    this.others.close();
    let isNeedless = false;
    try {
      this.checkPlace();
      isNeedless = this.#holdsNothing;
      if (!isNeedless) this.#finish();
    } catch {
      // Everything that was acknowledged is on disk; the rest only makes reading easier.
    }
    this.#release();
    if (isNeedless) removeJournal(this.#file);
  }

  #finish(): void {
    this.#db.prepare('INSERT INTO ended VALUES (?, ?, ?)').run(this.#instance, this.#lastSequence, CLOSED);
    // Whoever looks at it at this moment is not waited for.
    this.#db.pragma('busy_timeout = 0');
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
    // So that somebody who may not write in the folder can read it.
    this.#db.pragma('journal_mode = DELETE');
  }

  /** Nothing is written to it any more. */
  abandon(): void {
    this.others.close();
    this.#release();
  }

  #release(): void {
    this.#files.mendIndex();
    this.#db.close();
    this.#files.close();
  }

  /** No share, no smaller weight of one, and no word about where another journal ends: asked of the file itself. */
  get #holdsNothing(): boolean {
    const tables = ['share', 'lighter', 'ended'];
    return tables.every((table) => this.#db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === undefined);
  }

  /** A share came again. Where it weighs less than what counts so far, that is kept too. */
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

/** Each once. */
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
    // Nothing can meet a target of 0: there was none.
    record.networkTarget === 0n ? null : (record.networkTarget?.toString() ?? null),
    record.digest,
    record.outcome,
  ];
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

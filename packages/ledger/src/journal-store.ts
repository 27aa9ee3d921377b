import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { hasShares, journalFolder, OtherJournals } from './other-journals.ts';
import type { JournaledShare, ShareOutcome, ShareRecord } from './share-record.ts';

/** A commit takes milliseconds; who waits longer has a stalled disk, and its shares are refused. */
const LOCK_WAIT_MS = 5_000;

// All amounts are decimal text: SQLite's integers end at 2^63.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS journal (instance TEXT NOT NULL, version INTEGER NOT NULL, created_ms INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS share (
    sequence INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    chain TEXT NOT NULL,
    height INTEGER,
    work_id TEXT NOT NULL,
    work_group TEXT NOT NULL,
    account TEXT NOT NULL,
    worker TEXT NOT NULL,
    dialect TEXT NOT NULL,
    weight TEXT NOT NULL,
    share_target TEXT NOT NULL,
    network_target TEXT NOT NULL,
    digest BLOB NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('share', 'block', 'fruit'))
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS share_digest ON share (chain, digest);
  CREATE INDEX IF NOT EXISTS share_group ON share (chain, work_group);
`;

const DIGESTS = 'SELECT digest FROM share WHERE chain = ? AND work_group = ?';

/**
 * The journal of one process instance: one SQLite file, written by one thread.
 *
 * synchronous=FULL in WAL mode makes each commit wait for the disk: what has been committed survives a
 * kill and a power cut. Two processes on one folder commit one after the other, and each looks into the
 * other's journal before: a share is kept once, whoever hears of it.
 */
export class JournalStore {
  readonly #db: Database.Database;
  readonly #others: OtherJournals;
  /** Held while a commit is under way. Nothing is ever written to it. */
  readonly #lock: Database.Database;
  #nextSequence: number;

  /** @param dataFolder made when missing @param instance file name of this process' journal */
  constructor(dataFolder: string, instance: string) {
    const folder = journalFolder(dataFolder);
    mkdirSync(folder, { recursive: true });
    const name = `${instance}.db`;
    this.#others = new OtherJournals(folder, name);
    this.#db = new Database(path.join(folder, name));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(SCHEMA);
    if (this.#db.prepare('SELECT instance FROM journal').get() === undefined) {
      this.#db.prepare('INSERT INTO journal VALUES (?, 1, ?)').run(instance, Date.now());
    }
    this.#lock = new Database(path.join(folder, 'commit.lock'), { timeout: LOCK_WAIT_MS });
    this.#nextSequence = Number(this.#db.prepare('SELECT max(sequence) FROM share').pluck().get() ?? 0) + 1;
  }

  /** One transaction for all. @returns for each whether it is new; a known digest is not kept again */
  commit(records: readonly ShareRecord[]): boolean[] {
    this.#lock.exec('BEGIN IMMEDIATE');
    try {
      return this.#commit(records);
    } finally {
      this.#lock.exec('ROLLBACK');
    }
  }

  #commit(records: readonly ShareRecord[]): boolean[] {
    const insert = this.#db.prepare(
      'INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chain, digest) DO NOTHING',
    );
    const isElsewhere = this.#others.lookup();
    let sequence = this.#nextSequence;
    const kept = this.#db.transaction(() =>
      records.map((record) => {
        if (isElsewhere(record.chain, record.digest)) return false;
        const { changes } = insert.run(
          sequence,
          record.timeMs,
          record.chain,
          record.height,
          record.workId,
          record.workGroup,
          record.account,
          record.worker,
          record.dialect,
          record.weight.toString(),
          record.shareTarget.toString(),
          record.networkTarget.toString(),
          record.digest,
          record.outcome,
        );
        sequence += changes;
        return changes === 1;
      }),
    )();
    this.#nextSequence = sequence;
    return kept;
  }

  /** Digests of all shares of a group, in this journal and the recent ones of other processes. */
  digestsOf(chain: string, workGroup: string): Uint8Array[] {
    const own = this.#db.prepare(DIGESTS).pluck().all(chain, workGroup) as Uint8Array[];
    return [...own, ...this.#others.digestsOf(chain, workGroup)];
  }

  close(): void {
    this.#others.close();
    this.#lock.close();
    this.#db.close();
  }
}

interface Row {
  sequence: number;
  time_ms: number;
  chain: string;
  height: number | null;
  work_id: string;
  work_group: string;
  account: string;
  worker: string;
  dialect: string;
  weight: string;
  share_target: string;
  network_target: string;
  digest: Uint8Array;
  outcome: ShareOutcome;
}

/** All shares of all journals in a data folder, by instance and sequence. For accounting and tests. */
export function readShares(dataFolder: string): JournaledShare[] {
  const folder = journalFolder(dataFolder);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.db'));
  return files.sort().flatMap((name) => {
    const file = path.join(folder, name);
    if (!hasShares(file)) return [];
    const db = new Database(file);
    try {
      const instance = String(db.prepare('SELECT instance FROM journal').pluck().get() ?? '');
      const rows = db.prepare('SELECT * FROM share ORDER BY sequence').all() as Row[];
      return rows.map((row) => ({
        instance,
        sequence: row.sequence,
        timeMs: row.time_ms,
        chain: row.chain,
        height: row.height,
        workId: row.work_id,
        workGroup: row.work_group,
        account: row.account,
        worker: row.worker,
        dialect: row.dialect,
        weight: BigInt(row.weight),
        shareTarget: BigInt(row.share_target),
        networkTarget: BigInt(row.network_target),
        digest: new Uint8Array(row.digest),
        outcome: row.outcome,
      }));
    } finally {
      db.close();
    }
  });
}

import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { JournaledShare, ShareOutcome, ShareRecord } from './share-record.ts';

/** Work lives for an hour at the most; a day of journals is more than any duplicate can reach back. */
const LOOK_BACK_MS = 24 * 3600 * 1000;
/** File handles to earlier journals: so many restarts within a day are a fault of their own. */
const MAX_EARLIER_JOURNALS = 64;

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

function journalFolder(dataFolder: string): string {
  return path.join(dataFolder, 'journal');
}

/**
 * The journal of one process instance: one SQLite file, written by one thread.
 *
 * synchronous=FULL in WAL mode makes each commit wait for the disk: what has been committed survives a
 * kill and a power cut.
 */
export class JournalStore {
  readonly #db: Database.Database;
  readonly #earlier: Database.Database[];
  #nextSequence: number;

  /** @param dataFolder made when missing @param instance file name of this process' journal */
  constructor(dataFolder: string, instance: string) {
    const folder = journalFolder(dataFolder);
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${instance}.db`);
    const earlier = recentJournals(folder).filter((other) => other !== file);
    this.#earlier = earlier.slice(0, MAX_EARLIER_JOURNALS).map((other) => new Database(other));
    this.#db = new Database(file);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec(SCHEMA);
    if (this.#db.prepare('SELECT instance FROM journal').get() === undefined) {
      this.#db.prepare('INSERT INTO journal VALUES (?, 1, ?)').run(instance, Date.now());
    }
    this.#nextSequence = Number(this.#db.prepare('SELECT max(sequence) FROM share').pluck().get() ?? 0) + 1;
  }

  /** One transaction for all. @returns for each whether it is new; a known digest is not kept again */
  commit(records: readonly ShareRecord[]): boolean[] {
    const insert = this.#db.prepare(
      'INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (chain, digest) DO NOTHING',
    );
    let sequence = this.#nextSequence;
    const kept = this.#db.transaction(() =>
      records.map((record) => {
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

  /** Digests of all shares of a group, in this journal and the recent ones of earlier processes. */
  digestsOf(chain: string, workGroup: string): Uint8Array[] {
    return [this.#db, ...this.#earlier].flatMap((db) => {
      return db.prepare(DIGESTS).pluck().all(chain, workGroup) as Uint8Array[];
    });
  }

  close(): void {
    for (const db of this.#earlier) db.close();
    this.#db.close();
  }
}

/** Newest first. Files that hold no journal yet (a process died while making one) are left out. */
function recentJournals(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => ({ file: path.join(folder, name), usedAt: lastUse(path.join(folder, name)) }))
    .filter(({ file, usedAt }) => Date.now() - usedAt < LOOK_BACK_MS && hasShares(file))
    .sort((a, b) => b.usedAt - a.usedAt)
    .map(({ file }) => file);
}

/** In WAL mode the main file stays untouched for long: the newer of both counts. */
function lastUse(file: string): number {
  const wal = `${file}-wal`;
  return Math.max(statSync(file).mtimeMs, existsSync(wal) ? statSync(wal).mtimeMs : 0);
}

function hasShares(file: string): boolean {
  const db = new Database(file);
  try {
    return db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'share'").get() !== undefined;
  } finally {
    db.close();
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

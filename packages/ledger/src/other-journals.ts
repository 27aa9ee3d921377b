import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';

/** Work lives for an hour at the most; a day of journals is more than any duplicate can reach back. */
const LOOK_BACK_MS = 24 * 3600 * 1000;
/** File handles to earlier journals: so many restarts within a day are a fault of their own. */
const MAX_EARLIER_JOURNALS = 64;

/** Between making a file and opening its log a process needs milliseconds. */
const JUST_MADE_MS = 60_000;

const DIGESTS = 'SELECT digest FROM share WHERE chain = ? AND work_group = ?';
const KNOWN = 'SELECT 1 FROM share WHERE chain = ? AND digest = ?';

interface Other {
  readonly db: Database.Database;
  /** Changes with every commit of its process; undefined where none of it had been read before. */
  readonly version: unknown;
}

/** The journals beside our own: those of earlier processes, and of others that run at this moment. */
export class OtherJournals {
  readonly #folder: string;
  readonly #open = new Map<string, Other>();
  /** Names that need no look any more: our own, those that are open, those that nobody writes to. */
  readonly #settled: Set<string>;

  /** @throws AditError `ADIT_JOURNAL_UNREADABLE` names the file: what it holds could be counted twice */
  constructor(folder: string, own: string) {
    this.#folder = folder;
    this.#settled = new Set([own]);
    const recent = journalNames(folder)
      .filter((name) => name !== own)
      .map((name) => ({ name, usedAt: lastUse(path.join(folder, name)) }))
      .sort((a, b) => b.usedAt - a.usedAt);
    for (const { name, usedAt } of recent) {
      const file = path.join(folder, name);
      const old = Date.now() - usedAt > LOOK_BACK_MS || this.#open.size >= MAX_EARLIER_JOURNALS;
      if (old && isAtRest(file)) this.#settled.add(name);
      else if (readable(file, hasShares)) this.#add(name);
    }
  }

  /** Digests of a group in all of them. */
  digestsOf(chain: string, workGroup: string): Uint8Array[] {
    this.#findNew();
    return [...this.#open].flatMap(([name, { db }]) =>
      readable(path.join(this.#folder, name), () => db.prepare(DIGESTS).pluck().all(chain, workGroup)),
    ) as Uint8Array[];
  }

  /**
   * To be asked before a commit, under the lock: a function that says whether another process has kept
   * a digest since it was last read. Where this process is alone it costs next to nothing.
   */
  lookup(): (chain: string, digest: Uint8Array) => boolean {
    this.#findNew();
    const queries = [...this.#open.values()]
      .filter(({ db, version }) => version === undefined || versionOf(db) !== version)
      .map(({ db }) => db.prepare(KNOWN));
    return (chain, digest) => queries.some((query) => query.get(chain, digest) !== undefined);
  }

  close(): void {
    for (const { db } of this.#open.values()) db.close();
    this.#open.clear();
  }

  /** Processes that began after this one, or that had kept nothing yet when it began. */
  #findNew(): void {
    for (const name of journalNames(this.#folder)) {
      if (this.#settled.has(name)) continue;
      const file = path.join(this.#folder, name);
      if (readable(file, hasShares)) {
        this.#settled.add(name);
        this.#open.set(name, { db: new Database(file), version: undefined });
      } else if (isAtRest(file)) this.#settled.add(name);
    }
  }

  #add(name: string): void {
    const db = new Database(path.join(this.#folder, name));
    this.#settled.add(name);
    this.#open.set(name, { db, version: versionOf(db) });
  }
}

export function journalFolder(dataFolder: string): string {
  return path.join(dataFolder, 'journal');
}

/** Whether a file holds any share: a process that died early leaves one without, or without tables. */
export function hasShares(file: string): boolean {
  const db = new Database(file);
  try {
    const table = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'share'").get();
    return table !== undefined && db.prepare('SELECT 1 FROM share LIMIT 1').get() !== undefined;
  } finally {
    db.close();
  }
}

function journalNames(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.db'));
}

function readable<T>(file: string, read: (file: string) => T): T {
  try {
    return read(file);
  } catch (error) {
    throw new AditError(
      'ADIT_JOURNAL_UNREADABLE',
      `the earlier journal ${file} cannot be read (${messageOf(error)}): repair it, or move it away`,
      { cause: error },
    );
  }
}

/** Nobody has it open: it has no log beside it, and is not just being made. */
function isAtRest(file: string): boolean {
  return !existsSync(`${file}-wal`) && Date.now() - lastUse(file) > JUST_MADE_MS;
}

function versionOf(db: Database.Database): unknown {
  return db.pragma('data_version', { simple: true });
}

/** In WAL mode the main file stays untouched for long: the newer of both counts. */
function lastUse(file: string): number {
  const wal = `${file}-wal`;
  return Math.max(statSync(file).mtimeMs, existsSync(wal) ? statSync(wal).mtimeMs : 0);
}

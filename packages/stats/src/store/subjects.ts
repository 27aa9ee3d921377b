import type Database from 'better-sqlite3';
import { ACCOUNT, CHAIN, WORKER } from './schema.ts';
import { workerId } from './worker-id.ts';

/** Names of workers that an account may have; the shares of further ones are summed under one name. */
export const MOST_WORKERS = 10_000;
/** That name. Workers of miners begin with their account, so none has it. */
export const OTHER_WORKERS = '~other';
/** Subjects that are kept in memory between steps, some 200 bytes each. A step adds at most three for each of its rows. */
const MAX_CACHED = 50_000;

interface Subject {
  readonly id: number;
  lastMs: number;
  lastWeight: bigint;
  shares: number;
  workers: number;
  isChanged: boolean;
}

interface Row {
  readonly id: number;
  readonly last_ms: number;
  readonly last_weight: string;
  readonly shares: number;
  readonly workers: number;
}

/** A name that shares are summed under. */
interface SubjectName {
  readonly network: string;
  readonly kind: number;
  readonly account: string;
  readonly name: string;
}

/** The share with which a name comes into the statistics. */
interface FirstShare {
  readonly timeMs: number;
  readonly weight: bigint;
}

/** The chains, accounts and workers of which there are buckets. */
export class Subjects {
  readonly #find: Database.Statement;
  readonly #make: Database.Statement;
  readonly #change: Database.Statement;
  readonly #known = new Map<string, Subject>();

  constructor(db: Database.Database) {
    this.#find = db.prepare(
      'SELECT id, last_ms, last_weight, shares, workers FROM subject WHERE network = ? AND kind = ? AND account = ? AND name = ?',
    );
    this.#make = db.prepare(
      "INSERT INTO subject (network, kind, name, account, wid, first_ms, first_weight, last_ms, last_weight, shares, workers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '0', 0, 0)",
    );
    this.#change = db.prepare(
      'UPDATE subject SET last_ms = ?, last_weight = ?, shares = ?, workers = ? WHERE id = ?',
    );
  }

  /**
   * Notes a share under its chain, its account and its worker.
   * @returns the three subjects as pairs of id and kind
   */
  take(
    share: {
      readonly network: string;
      readonly account: string;
      readonly worker: string;
      readonly timeMs: number;
    },
    weight: bigint,
  ): readonly (readonly [id: number, kind: number])[] {
    const { network, account, worker, timeMs } = share;
    const first = { timeMs, weight };
    const chain = this.#of({ network, kind: CHAIN, account: '', name: '' }, first);
    const owner = this.#of({ network, kind: ACCOUNT, account, name: account }, first);
    const rig = this.#worker(owner, { network, kind: WORKER, account, name: worker }, first);
    for (const subject of [chain, owner, rig]) {
      subject.shares += 1;
      if (timeMs >= subject.lastMs) {
        subject.lastMs = timeMs;
        subject.lastWeight = weight;
      }
      subject.isChanged = true;
    }
    return [
      [chain.id, CHAIN],
      [owner.id, ACCOUNT],
      [rig.id, WORKER],
    ];
  }

  /** Writes what has changed, within the caller's transaction. */
  write(): void {
    for (const subject of this.#known.values()) {
      if (!subject.isChanged) continue;
      const { lastMs, lastWeight, shares, workers, id } = subject;
      this.#change.run(lastMs, String(lastWeight), shares, workers, id);
      subject.isChanged = false;
    }
    if (this.#known.size > MAX_CACHED) this.#known.clear();
  }

  /** Forgets what a transaction did not keep. */
  forget(): void {
    this.#known.clear();
  }

  #worker(owner: Subject, name: SubjectName, first: FirstShare): Subject {
    const known = this.#lookUp(name);
    if (known !== undefined) return known;
    if (owner.workers >= MOST_WORKERS) return this.#of({ ...name, name: OTHER_WORKERS }, first);
    owner.workers += 1;
    owner.isChanged = true;
    return this.#of(name, first);
  }

  #of(name: SubjectName, { timeMs, weight }: FirstShare): Subject {
    const known = this.#lookUp(name);
    if (known !== undefined) return known;
    const { network, kind, account } = name;
    const wid = kind === WORKER ? workerId(name.name) : '';
    const { lastInsertRowid } = this.#make.run(
      network,
      kind,
      name.name,
      account,
      wid,
      timeMs,
      String(weight),
      timeMs,
    );
    return this.#keep(name, {
      id: Number(lastInsertRowid),
      last_ms: timeMs,
      last_weight: '0',
      shares: 0,
      workers: 0,
    });
  }

  #lookUp(name: SubjectName): Subject | undefined {
    const known = this.#known.get(keyOf(name));
    if (known !== undefined) return known;
    const row = this.#find.get(name.network, name.kind, name.account, name.name) as Row | undefined;
    return row === undefined ? undefined : this.#keep(name, row);
  }

  #keep(name: SubjectName, row: Row): Subject {
    const subject = {
      id: row.id,
      lastMs: row.last_ms,
      lastWeight: BigInt(row.last_weight),
      shares: row.shares,
      workers: row.workers,
      isChanged: false,
    };
    this.#known.set(keyOf(name), subject);
    return subject;
  }
}

function keyOf({ network, kind, account, name }: SubjectName): string {
  return JSON.stringify([network, kind, account, name]);
}

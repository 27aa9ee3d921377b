import type { JournaledShare } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import type Database from 'better-sqlite3';
import { scoreOf } from '../estimate/effort.ts';

interface Round {
  score: bigint;
  sinceMs: number | null;
}

/** The effort of the round that is open, by network, and the blocks that ended rounds. */
export class Rounds {
  readonly #read: Database.Statement;
  readonly #write: Database.Statement;
  readonly #found: Database.Statement;
  readonly #last: Database.Statement;
  readonly #open = new Map<string, Round>();

  constructor(db: Database.Database) {
    this.#read = db.prepare('SELECT score, since_ms FROM round WHERE network = ?');
    this.#write = db.prepare('INSERT OR REPLACE INTO round VALUES (?, ?, ?)');
    this.#last = db.prepare('SELECT ifnull(max(id), 0) FROM found WHERE network = ?').pluck();
    this.#found = db.prepare('INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  }

  /**
   * Adds a share to its round, and ends the round where the share found a block. A fruit ends none. Within the caller's transaction.
   */
  take(share: JournaledShare, weight: bigint): void {
    const round = this.#roundOf(share.network);
    round.score += scoreOf(weight, share.networkTarget, share.dialect);
    round.sinceMs ??= share.timeMs;
    if (share.outcome === 'share') return;
    const { network, digest, outcome, dialect, timeMs, height, account, worker } = share;
    const id = (this.#last.get(network) as number) + 1;
    const found = [network, encodeHex(digest), id, outcome, dialect, timeMs, height, account, worker];
    this.#found.run(...found, String(round.score), round.sinceMs);
    if (outcome === 'fruit') return;
    round.score = 0n;
    round.sinceMs = timeMs;
  }

  /** Writes the rounds that have changed. */
  write(): void {
    for (const [network, { score, sinceMs }] of this.#open) this.#write.run(network, String(score), sinceMs);
    this.forget();
  }

  forget(): void {
    this.#open.clear();
  }

  #roundOf(network: string): Round {
    const known = this.#open.get(network);
    if (known !== undefined) return known;
    const row = this.#read.get(network) as { score: string; since_ms: number | null } | undefined;
    const round = { score: BigInt(row?.score ?? '0'), sinceMs: row?.since_ms ?? null };
    this.#open.set(network, round);
    return round;
  }
}

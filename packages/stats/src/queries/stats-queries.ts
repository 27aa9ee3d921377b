import type Database from 'better-sqlite3';
import { effortOf } from '../estimate/effort.ts';
import { FEWEST_SHARES, type Rate, rateOf, type ShareSums } from '../estimate/rate.ts';
import { type RigState, rigStateOf } from '../estimate/rig-state.ts';
import { ACCOUNT, CHAIN, HOURS, MINUTES, TENS, WORKER, WORKER_MINUTES } from '../store/schema.ts';
import { BucketRows } from './bucket-rows.ts';
import { type Series, type SeriesRange, seriesOf } from './series.ts';
import { type StatsSubject, SUBJECT_COLUMNS, subjectIn, subjectsOf } from './subject-row.ts';

/** Rates over the last 10 minutes, hour and day: always all three. */
export interface Rates {
  readonly m10: Rate;
  readonly h1: Rate;
  readonly h24: Rate;
}

/** A found block or fruit, with the effort of its round. */
export interface FoundShare {
  /** Ascending within the network, from 1. */
  readonly id: number;
  readonly digest: string;
  readonly outcome: 'block' | 'fruit';
  readonly dialect: string;
  readonly timeMs: number;
  readonly height: number | null;
  readonly account: string;
  readonly worker: string;
  readonly effort: number;
  /** Time of its round; null for the first round that the journals know. */
  readonly roundMs: number | null;
}

/** The state of a rig, and what it follows from. */
export interface RigStanding {
  readonly subject: StatsSubject;
  readonly state: RigState;
  /** Shares of the last 24 h. */
  readonly shares: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Names that sent nothing for this long count as gone from the pool. */
const ACTIVE_MS = 20 * MINUTE;
/** Names that sent nothing for this long leave the list of an account. */
const LISTED_MS = DAY;

/** Reads statistics. Each call reads what was committed last. */
export class StatsQueries {
  readonly #db: Database.Database;
  readonly #rows: BucketRows;

  /** @param db as {@link openStatsReadOnly} opens it */
  constructor(db: Database.Database) {
    this.#db = db;
    this.#rows = new BucketRows(db);
  }

  /** Time up to which shares were taken: the time of every figure here. 0 before the first step. */
  takenMs(): number {
    const value = this.#db.prepare("SELECT value FROM meta WHERE name = 'taken_ms'").pluck().get();
    return Number(value ?? 0);
  }

  chain(network: string): StatsSubject | undefined {
    return this.#subject(network, CHAIN, '', '');
  }

  account(network: string, account: string): StatsSubject | undefined {
    return this.#subject(network, ACCOUNT, account, account);
  }

  /** @param wid as `workerId` makes it */
  worker(network: string, account: string, wid: string): StatsSubject | undefined {
    const sql = `SELECT ${SUBJECT_COLUMNS} FROM subject WHERE network = ? AND account = ? AND wid = ? AND kind = ?`;
    const row = this.#db.prepare(sql).get(network, account, wid, WORKER);
    return row === undefined ? undefined : subjectIn(row);
  }

  /**
   * Rates of a subject. The time of a name that is younger than the window begins with its first share, which does not count then: a count
   * that begins with a share would be too high by it.
   */
  rates(subject: StatsSubject, atMs = this.takenMs()): Rates {
    const fine = subject.wid === '' ? MINUTES : WORKER_MINUTES;
    const over = (kind: { table: string; ms: number; keepMs: number }, windowMs: number): Rate => {
      const fromMs = Math.floor((atMs - windowMs) / kind.ms) * kind.ms;
      const sums = this.#rows.sum(kind, subject.id, fromMs);
      return this.#rate(subject, sums, fromMs, atMs);
    };
    return { m10: over(fine, 10 * MINUTE), h1: over(fine, HOUR), h24: over(TENS, DAY) };
  }

  /** Rate of the last hour alone, from buckets of ten minutes: for lists of many names. */
  hourRate(subject: StatsSubject, atMs = this.takenMs()): Rate {
    const fromMs = Math.floor((atMs - HOUR) / TENS.ms) * TENS.ms;
    return this.#rate(subject, this.#rows.sum(TENS, subject.id, fromMs), fromMs, atMs);
  }

  /** Accounts and workers that sent a share in the last 20 minutes. */
  active(network: string, atMs = this.takenMs()): { readonly accounts: number; readonly workers: number } {
    const count = this.#db
      .prepare('SELECT count(*) FROM subject WHERE network = ? AND kind = ? AND last_ms >= ?')
      .pluck();
    const since = atMs - ACTIVE_MS;
    return {
      accounts: count.get(network, ACCOUNT, since) as number,
      workers: count.get(network, WORKER, since) as number,
    };
  }

  /** Workers of one account that sent a share in the last 20 minutes. */
  activeWorkers(network: string, account: string, atMs = this.takenMs()): number {
    const sql =
      'SELECT count(*) FROM subject WHERE network = ? AND kind = ? AND account = ? AND last_ms >= ?';
    return this.#db
      .prepare(sql)
      .pluck()
      .get(network, WORKER, account, atMs - ACTIVE_MS) as number;
  }

  /** Accounts that sent a share in the last hour, those that sent one last first. @param limit at most this many */
  activeAccounts(network: string, limit: number, atMs = this.takenMs()): readonly StatsSubject[] {
    const sql = `SELECT ${SUBJECT_COLUMNS} FROM subject WHERE network = ? AND kind = ? AND last_ms >= ? ORDER BY last_ms DESC LIMIT ?`;
    return subjectsOf(this.#db.prepare(sql), network, ACCOUNT, atMs - HOUR, limit);
  }

  /** Workers of an account that sent a share in the last 24 h, with their states, ordered by name. @param limit at most this many */
  workers(network: string, account: string, limit: number, atMs = this.takenMs()): readonly RigStanding[] {
    const sql = `SELECT ${SUBJECT_COLUMNS} FROM subject WHERE network = ? AND kind = ? AND account = ? AND last_ms >= ? ORDER BY name LIMIT ?`;
    const subjects = subjectsOf(this.#db.prepare(sql), network, WORKER, account, atMs - LISTED_MS, limit);
    return subjects.map((subject) => this.standing(subject, atMs));
  }

  /** The state of a worker or an account, from its silence. */
  standing(subject: StatsSubject, atMs = this.takenMs()): RigStanding {
    const fromMs = Math.floor((atMs - DAY) / HOUR) * HOUR;
    const { shares, weight } = this.#rows.sum(HOURS, subject.id, fromMs);
    // The time ends with the last share: silence must not stretch the gap that it is compared with.
    const ms = Math.max(1, subject.lastMs - Math.max(fromMs, subject.firstMs));
    const gapMs = shares > 1 ? (Number(subject.lastWeight) * ms) / Number(weight) : undefined;
    const state = rigStateOf({ shares, silentMs: Math.max(0, atMs - subject.lastMs), gapMs });
    return { subject, state, shares };
  }

  /** @returns the chart; undefined before the chain had a share */
  series(subject: StatsSubject, range: SeriesRange, atMs = this.takenMs()): Series | undefined {
    const chain = this.chain(subject.network);
    if (chain === undefined) return undefined;
    return seriesOf(this.#db, this.#rows, { subject, chain, range, untilMs: atMs });
  }

  /** Refused submissions of a subject since a time, by reason. */
  refused(subject: StatsSubject, sinceMs: number): Readonly<Record<string, number>> {
    const sql =
      'SELECT reason, sum(count) AS count FROM refusal WHERE subject = ? AND start >= ? GROUP BY reason ORDER BY reason';
    const rows = this.#db.prepare(sql).all(subject.id, sinceMs) as { reason: string; count: number }[];
    return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
  }

  /** Weight of a block, from the targets that the newest shares had; undefined where no share was taken in the last two days. */
  networkWeight(chain: StatsSubject): number | undefined {
    const sql =
      "SELECT weight, score FROM bucket_m10 WHERE subject = ? AND score <> '0' ORDER BY start DESC LIMIT 1";
    const row = this.#db.prepare(sql).get(chain.id) as { weight: string; score: string } | undefined;
    return row === undefined ? undefined : Number(BigInt(row.weight)) / effortOf(BigInt(row.score));
  }

  /** Blocks of a network that are on record: `found` without fruits. */
  foundCount(network: string): number {
    const sql = "SELECT count(*) FROM found WHERE network = ? AND outcome = 'block'";
    return this.#db.prepare(sql).pluck().get(network) as number;
  }

  /** Effort of the round that is open. */
  effort(network: string): number {
    const score = this.#db.prepare('SELECT score FROM round WHERE network = ?').pluck().get(network);
    return effortOf(BigInt((score as string | undefined) ?? '0'));
  }

  /** Found blocks and fruits, the newest first. @param before id; the newest ones without it @param limit at most this many */
  found(
    network: string,
    {
      before = Number.MAX_SAFE_INTEGER,
      limit,
    }: { readonly before?: number | undefined; readonly limit: number },
  ): readonly FoundShare[] {
    const sql = 'SELECT * FROM found WHERE network = ? AND id < ? ORDER BY id DESC LIMIT ?';
    return this.#db.prepare(sql).all(network, before, limit).map(foundIn);
  }

  /** One of them. @param digest hex */
  foundBy(network: string, digest: string): FoundShare | undefined {
    const row = this.#db.prepare('SELECT * FROM found WHERE network = ? AND digest = ?').get(network, digest);
    return row === undefined ? undefined : foundIn(row);
  }

  #subject(network: string, kind: number, account: string, name: string): StatsSubject | undefined {
    const sql = `SELECT ${SUBJECT_COLUMNS} FROM subject WHERE network = ? AND kind = ? AND account = ? AND name = ?`;
    const row = this.#db.prepare(sql).get(network, kind, account, name);
    return row === undefined ? undefined : subjectIn(row);
  }

  #rate(subject: StatsSubject, sums: ShareSums, fromMs: number, atMs: number): Rate {
    const isYoung = subject.firstMs >= fromMs && sums.shares > 0;
    const counted = isYoung ? withoutFirst(sums, subject.firstWeight) : sums;
    const seconds = (atMs - Math.max(fromMs, isYoung ? subject.firstMs : fromMs)) / 1000;
    const isNew = subject.shares < FEWEST_SHARES;
    return rateOf(counted, { seconds, nextWeight: subject.lastWeight, isNew });
  }
}

function withoutFirst(sums: ShareSums, first: bigint): ShareSums {
  const shares = sums.shares - 1;
  if (shares === 0) return { weight: 0n, squares: 0n, largest: 0n, shares };
  return {
    weight: sums.weight - first,
    squares: sums.squares - first * first,
    largest: sums.largest,
    shares,
  };
}

interface FoundRow {
  readonly id: number;
  readonly digest: string;
  readonly outcome: 'block' | 'fruit';
  readonly dialect: string;
  readonly time_ms: number;
  readonly height: number | null;
  readonly account: string;
  readonly worker: string;
  readonly score: string;
  readonly since_ms: number | null;
}

function foundIn(row: unknown): FoundShare {
  const { id, digest, outcome, dialect, height, account, worker, ...rest } = row as FoundRow;
  return {
    id,
    digest,
    outcome,
    dialect,
    timeMs: rest.time_ms,
    height,
    account,
    worker,
    effort: effortOf(BigInt(rest.score)),
    roundMs: rest.since_ms === null ? null : rest.time_ms - rest.since_ms,
  };
}

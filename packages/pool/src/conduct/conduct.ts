import { isIP } from 'node:net';
import { banSubjectOf, normalAddress } from '@adit/net';
import type { OnPoolEvent } from '../events.ts';
import type { BanList } from './ban-list.ts';
import { type ConductOptions, checkConductOptions, OFFENCE_POINTS, type Offence } from './options.ts';
import { REFUSAL_LIMITS, RefusalMeter } from './refusal-meter.ts';
import type { Rung } from './rung.ts';
import { Standing } from './standing.ts';
import { type Sweep, sweep } from './sweep.ts';

/** The collaborators of `Conduct`. */
export interface ConductModules {
  readonly bans: BanList;
  /** Gets an event for each rung once while a score climbs. A repeated `slow` has no event. */
  readonly onEvent?: OnPoolEvent;
}

/** Rungs of a connection. Their indexes can be compared. */
const RUNGS = ['none', 'warn', 'slow', 'disconnect'] as const;
const SLOW = 2;
const DISCONNECT = 3;

/** A rung is reported again after the score fell below this part of it, not each time that the score crosses it. */
const AGAIN_BELOW = 0.5;

/** Most subjects, of 150 bytes each. A pool of 20,000 miners has fewer. Beyond, those with the lowest scores go. */
const MAX_SUBJECTS = 65_536;
/** Twice the sockets that the process may have. Only a caller that does not call `left` gets there. */
const MAX_CONNECTIONS = 131_072;

interface ConnectionRecord {
  readonly standing: Standing;
  readonly subject: string;
  /** The highest rung reported in this climb, as an index of `RUNGS`. */
  told: number;
}

/**
 * Decides which miners are warned, slowed, disconnected and banned.
 *
 * Each connection has a score. Each address (IPv6: each /64) has one for all its connections, former ones included, so
 * that a new connection for each wrong proof does not help a miner. Callers hand the time in; their clock only grows.
 */
export class Conduct {
  readonly #modules: ConductModules;
  #options: ConductOptions;
  readonly #connections = new Map<number, ConnectionRecord>();
  readonly #subjects = new Map<string, Standing>();
  #connectionSweep: Sweep<number, ConnectionRecord>;
  #subjectSweep: Sweep<string, Standing>;
  readonly #maxSubjects: number;
  readonly #refusals: RefusalMeter;
  /** The latest time that was handed in, since `accepted` gets none. */
  #nowMs = 0;

  /** @throws AditError `ADIT_BAD_CONDUCT`. @param limits for tests */
  constructor(options: ConductOptions, modules: ConductModules, limits = { maxSubjects: MAX_SUBJECTS }) {
    checkConductOptions(options);
    this.#options = options;
    this.#modules = modules;
    this.#maxSubjects = limits.maxSubjects;
    this.#refusals = new RefusalMeter(REFUSAL_LIMITS, {
      onExcess: (subject) => modules.onEvent?.({ kind: 'slowed', subject }),
    });
  }

  /** Number of connections and subjects that are remembered, for tests and metrics. */
  get size(): { readonly connections: number; readonly subjects: number } {
    return { connections: this.#connections.size, subjects: this.#subjects.size };
  }

  /** How long a connection waits after `slow`, in milliseconds. */
  get slowMs(): number {
    return this.#options.slowMs;
  }

  /** Points of a connection and of its address, as of the latest time handed in. */
  scores(address: string, connection: number): { readonly connection: number; readonly subject: number } {
    const subject = this.#subjects.get(banSubjectOf(address));
    const record = this.#connections.get(connection);
    subject?.pass(this.#nowMs, this.#options.leakPerSecond);
    record?.standing.pass(this.#nowMs, this.#options.leakPerSecond);
    return { connection: record?.standing.score ?? 0, subject: subject?.score ?? 0 };
  }

  /**
   * Counts an offence.
   * @param connection undefined where the listener refused it before it had an id
   * @returns the rung to act on, or `none`. While the score climbs, each rung is returned once; from `slow` on each
   *   further offence returns `slow`. Without a connection only `ban` is returned. After `ban` the address is banned,
   *   and the caller closes all its connections
   */
  offence(address: string, connection: number | undefined, what: Offence, nowMs: number): Rung {
    if (!this.#options.enabled) return 'none';
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    if (this.#modules.bans.banned(address) !== undefined) return 'ban';
    const name = banSubjectOf(address);
    const subject = this.#subjectOf(name);
    subject.add(OFFENCE_POINTS[what].subject);

    const mayBeCut = isIP(normalAddress(address)) !== 0 && !this.#modules.bans.allowed(address);
    if (mayBeCut && subject.score >= this.#options.banAt && subject.owing) {
      this.#modules.bans.escalate(
        address,
        `conduct: ${Math.floor(subject.score)} points, the last for ${what}`,
      );
      // After the ban the score begins at 0. Only the next ban is longer.
      subject.clear();
      return this.#tell(address, connection, 'ban', what);
    }
    if (connection === undefined) return 'none';
    const record = this.#connectionOf(name, connection);
    record.standing.add(OFFENCE_POINTS[what].connection);
    return this.#climb(record, mayBeCut, address, connection, what);
  }

  /**
   * Counts a refusal. One costs next to nothing and is not an offence, but a stream of them must be slowed.
   * @returns for how many milliseconds the port should read nothing from this connection
   */
  refused(address: string, connection: number, nowMs: number): number {
    return this.#options.enabled ? this.#refusals.refused(address, connection, nowMs) : 0;
  }

  /** Counts an accepted share. It makes up for one wasted proof, and explains some refusals. */
  accepted(address: string, connection: number): void {
    if (!this.#options.enabled) return;
    this.#refusals.accepted(address, connection);
    const record = this.#connectionOf(
      this.#connections.get(connection)?.subject ?? banSubjectOf(address),
      connection,
    );
    record.standing.forgive();
    this.#subjectOf(record.subject).forgive();
    this.#descend(record);
  }

  /** Forgets a connection that is closed. Its address is remembered. */
  left(connection: number): void {
    this.#connections.delete(connection);
    this.#refusals.left(connection);
  }

  /** Applies other options from now on. Rungs are not reported a second time. @throws AditError `ADIT_BAD_CONDUCT` */
  update(options: ConductOptions): void {
    checkConductOptions(options);
    // Until now points leaked at the old rate.
    const { leakPerSecond } = this.#options;
    for (const standing of this.#subjects.values()) standing.pass(this.#nowMs, leakPerSecond);
    for (const { standing } of this.#connections.values()) standing.pass(this.#nowMs, leakPerSecond);
    this.#options = options;
    if (options.enabled) return;
    this.#connections.clear();
    this.#subjects.clear();
    this.#refusals.clear();
  }

  /**
   * Forgets connections and subjects without points and without good shares. To be called every second. Each call looks
   * at about a thousand of them, so that it does not hold up a large pool.
   */
  tick(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    this.#refusals.tick(this.#nowMs);
    const { leakPerSecond } = this.#options;
    this.#subjectSweep = sweep(this.#subjects, this.#subjectSweep, (standing) => {
      standing.pass(this.#nowMs, leakPerSecond);
      return standing.empty;
    });
    // This also removes records of verdicts that came after `left`.
    this.#connectionSweep = sweep(this.#connections, this.#connectionSweep, (record) => {
      record.standing.pass(this.#nowMs, leakPerSecond);
      this.#descend(record);
      return record.standing.empty;
    });
  }

  #climb(
    record: ConnectionRecord,
    mayBeCut: boolean,
    address: string,
    connection: number,
    what: Offence,
  ): Rung {
    const { score, owing } = record.standing;
    let level = this.#levelAt(score);
    if (level === DISCONNECT && !(mayBeCut && owing)) level = SLOW;
    if (level > record.told) {
      record.told = level;
      return this.#tell(address, connection, RUNGS[level] ?? 'none', what);
    }
    return level >= SLOW ? 'slow' : 'none';
  }

  #descend(record: ConnectionRecord): void {
    if (record.told === 0) return;
    record.told = Math.min(record.told, this.#levelAt(record.standing.score / AGAIN_BELOW));
  }

  #levelAt(score: number): number {
    const { warnAt, slowAt, disconnectAt } = this.#options;
    if (score >= disconnectAt) return DISCONNECT;
    if (score >= slowAt) return SLOW;
    return score >= warnAt ? 1 : 0;
  }

  #tell(address: string, connection: number | undefined, rung: Rung, offence: Offence): Rung {
    this.#modules.onEvent?.({ kind: 'conduct', address, connection, rung, offence });
    return rung;
  }

  #connectionOf(subject: string, connection: number): ConnectionRecord {
    let record = this.#connections.get(connection);
    if (record?.subject !== subject) {
      if (this.#connections.size >= MAX_CONNECTIONS) this.#forgetOldestConnection();
      record = { standing: new Standing(this.#nowMs), subject, told: 0 };
      this.#connections.set(connection, record);
    }
    record.standing.pass(this.#nowMs, this.#options.leakPerSecond);
    this.#descend(record);
    return record;
  }

  #subjectOf(subject: string): Standing {
    let standing = this.#subjects.get(subject);
    if (standing === undefined) {
      if (this.#subjects.size >= this.#maxSubjects) this.#dropLowest();
      standing = new Standing(this.#nowMs);
      this.#subjects.set(subject, standing);
    }
    standing.pass(this.#nowMs, this.#options.leakPerSecond);
    return standing;
  }

  #forgetOldestConnection(): void {
    for (const oldest of this.#connections.keys()) {
      this.#connections.delete(oldest);
      return;
    }
  }

  /** Drops an eighth at once, so that one sort serves thousands of new subjects. */
  #dropLowest(): void {
    const scores = Float64Array.from(this.#subjects.values(), ({ score }) => score).sort();
    let drop = Math.ceil(this.#maxSubjects / 8);
    const highest = scores[drop - 1] ?? 0;
    for (const [subject, { score }] of this.#subjects) {
      if (score > highest) continue;
      this.#subjects.delete(subject);
      drop -= 1;
      if (drop === 0) return;
    }
  }
}

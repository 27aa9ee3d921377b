import { banSubjectOf, networksOf } from '@adit/net';
import { type Sweep, sweep } from './sweep.ts';

/** How many refusals are allowed. */
export interface RefusalLimits {
  /** Refusals of an address (IPv6: of a /64; a /56 may have twice, a /48 four times as many) over time, and at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** The same for one connection. */
  readonly connectionPerSecond: number;
  readonly connectionBurst: number;
  /** Number of refusals that an accepted share makes up for. */
  readonly perShare: number;
  /** Longest pause, in milliseconds. */
  readonly longestMs: number;
}

export const REFUSAL_LIMITS: RefusalLimits = {
  // A refusal costs about 40 us: at this rate an address takes 2 ms of each second.
  perSecond: 50,
  burst: 1_000,
  // At its login a rig may call three methods that no pool has, and hand in shares of a job that is gone.
  connectionBurst: 12,
  connectionPerSecond: 0.1,
  // The reference TrueStratum miner sends shares twice: a third to a half of its submissions are refused.
  perShare: 2,
  // Shorter than the time within which a line must end (15 s), and than the time that miners wait for an answer.
  longestMs: 5_000,
};

/** Most subjects, of 150 bytes each. Beyond, the oldest goes, and its refusals are forgiven too early. */
const MAX_SUBJECTS = 65_536;
/** Twice the sockets that the process may have. Only verdicts after `left` can bring more records than sockets. */
const MAX_CONNECTIONS = 131_072;
/** An excess is reported again after the count fell below this part of the burst. */
const AGAIN_BELOW = 0.5;
/** Factors of the limits for a /64, a /56 and a /48. */
const TIMES = [1, 2, 4] as const;

/** A count of refusals. Some leak away each second, and accepted shares make up for others. */
class Leak {
  count = 0;
  /** Whether the present excess was reported. */
  told = false;
  readonly #perSecond: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#atMs = nowMs;
  }

  pass(nowMs: number): void {
    if (nowMs <= this.#atMs) return;
    this.count = Math.max(0, this.count - ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
  }

  forgive(count: number): void {
    this.count = Math.max(0, this.count - count);
  }
}

/** One network to which a connection belongs. */
interface Level {
  readonly name: string;
  readonly times: number;
}

interface ConnectionRecord {
  readonly own: Leak;
  readonly levels: readonly Level[];
}

export interface RefusalMeterModules {
  /** This address or network is over its rate. Called once, until its count has been far below the burst. */
  readonly onExcess: (subject: string) => void;
}

/**
 * Counts cheap refusals (junk job ids, duplicates, broken lines) by connection, and by address over all its
 * connections, former ones included. A limit for single connections does not stop an attacker that opens 1,500 of them.
 *
 * A connection waits only if both it and its address have more refusals than their accepted shares explain. So a farm
 * does not wait when all its rigs are refused once (a restart, a new tip), and good rigs do not wait beside a bad one.
 * The wait grows with the excess of the whole address, so that its connections take turns.
 */
export class RefusalMeter {
  readonly #limits: RefusalLimits;
  readonly #modules: RefusalMeterModules;
  readonly #maxSubjects: number;
  readonly #subjects = new Map<string, Leak>();
  readonly #connections = new Map<number, ConnectionRecord>();
  #subjectSweep: Sweep<string, Leak>;
  #connectionSweep: Sweep<number, ConnectionRecord>;

  constructor(limits: RefusalLimits, modules: RefusalMeterModules, { maxSubjects = MAX_SUBJECTS } = {}) {
    this.#limits = limits;
    this.#modules = modules;
    this.#maxSubjects = maxSubjects;
  }

  /** Number of connections and subjects that are remembered, for tests and metrics. */
  get size(): { readonly connections: number; readonly subjects: number } {
    return { connections: this.#connections.size, subjects: this.#subjects.size };
  }

  /**
   * Counts a refusal.
   * @param nowMs of a clock that only grows
   * @returns for how many milliseconds the port should read nothing from the connection
   */
  refused(address: string, connection: number, nowMs: number): number {
    const { perSecond, burst, connectionBurst, longestMs } = this.#limits;
    const { own, levels } = this.#connectionOf(address, connection, nowMs);
    own.pass(nowMs);
    // The count is bounded, so that a few accepted shares can make up for it.
    own.count = Math.min(own.count + 1, connectionBurst + 1);
    let wait = 0;
    const over: Leak[] = [];
    let subject: string | undefined;
    for (const { name, times } of levels) {
      const leak = this.#subjectOf(name, nowMs, times);
      const most = (burst + (perSecond * longestMs) / 1000) * times;
      leak.count = Math.min(leak.count + 1, most);
      const excess = leak.count - burst * times;
      if (excess <= 0) continue;
      wait = Math.max(wait, (excess * 1000) / (perSecond * times));
      subject ??= name;
      over.push(leak);
    }
    if (subject === undefined || own.count <= connectionBurst) return 0;
    // The smallest network that is over its rate is reported.
    if (!over.some(({ told }) => told)) this.#modules.onExcess(subject);
    for (const leak of over) leak.told = true;
    return wait;
  }

  /** Counts an accepted share. It explains some refusals of its connection, and of others of the address. */
  accepted(address: string, connection: number): void {
    // The most frequent case by far.
    if (this.#subjects.size === 0) return;
    const record = this.#connections.get(connection);
    record?.own.forgive(this.#limits.perShare);
    for (const { name } of record?.levels ?? levelsOf(address))
      this.#subjects.get(name)?.forgive(this.#limits.perShare);
  }

  /** Forgets a connection that is closed. Its address is remembered. */
  left(connection: number): void {
    this.#connections.delete(connection);
  }

  /** Forgets connections and networks without refusals. To be called every second. */
  tick(nowMs: number): void {
    this.#subjectSweep = sweep(this.#subjects, this.#subjectSweep, (leak) => {
      leak.pass(nowMs);
      return leak.count === 0;
    });
    this.#connectionSweep = sweep(this.#connections, this.#connectionSweep, ({ own }) => {
      own.pass(nowMs);
      return own.count === 0;
    });
  }

  clear(): void {
    this.#subjects.clear();
    this.#connections.clear();
  }

  #connectionOf(address: string, connection: number, nowMs: number): ConnectionRecord {
    const known = this.#connections.get(connection);
    if (known !== undefined) return known;
    if (this.#connections.size >= MAX_CONNECTIONS) forgetFirst(this.#connections);
    const record = { own: new Leak(this.#limits.connectionPerSecond, nowMs), levels: levelsOf(address) };
    this.#connections.set(connection, record);
    return record;
  }

  #subjectOf(name: string, nowMs: number, times: number): Leak {
    let leak = this.#subjects.get(name);
    if (leak === undefined) {
      if (this.#subjects.size >= this.#maxSubjects) forgetFirst(this.#subjects);
      leak = new Leak(this.#limits.perSecond * times, nowMs);
      this.#subjects.set(name, leak);
    }
    leak.pass(nowMs);
    if (leak.count < this.#limits.burst * times * AGAIN_BELOW) leak.told = false;
    return leak;
  }
}

/** The networks of an address. IPv4 has only the address itself, since a /24 belongs to many owners. */
function levelsOf(address: string): readonly Level[] {
  const networks = networksOf(address);
  const names = networks.length === 1 ? [banSubjectOf(address)] : networks;
  return names.map((name, i) => ({ name, times: TIMES[i] ?? 1 }));
}

function forgetFirst<K, V>(map: Map<K, V>): void {
  for (const first of map.keys()) {
    map.delete(first);
    return;
  }
}

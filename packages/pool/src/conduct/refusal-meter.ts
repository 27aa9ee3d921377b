import { banSubjectOf, networksOf } from '@adit/net';
import { type Sweep, sweep } from './sweep.ts';

/** How much may be refused before it is called too much. */
export interface RefusalLimits {
  /** Refusals of an address (IPv6: of its /64; a /56 twice, a /48 four times as many) over a long time, and at once. */
  readonly perSecond: number;
  readonly burst: number;
  /** The same for one connection. */
  readonly connectionPerSecond: number;
  readonly connectionBurst: number;
  /** So many refusals an accepted share makes up for. */
  readonly perShare: number;
  /** One pause at the most, in milliseconds. */
  readonly longestMs: number;
}

export const REFUSAL_LIMITS: RefusalLimits = {
  // A refusal costs some 40 us: at this rate an address has 2 ms of each second.
  perSecond: 50,
  burst: 1_000,
  // A rig asks for three methods that no pool has when it logs in, and brings the shares of a job that is gone.
  connectionBurst: 12,
  connectionPerSecond: 0.1,
  // The reference TrueStratum miner sends one share twice: a third to half of its submissions are refused.
  perShare: 2,
  // Below the time in which a line that has begun must end, and the time that miners wait for an answer.
  longestMs: 5_000,
};

/** Some 150 bytes each. Beyond, the one that was refused first goes: it is forgiven too early. */
const MAX_SUBJECTS = 65_536;
/** Twice the sockets that a process can have here; only verdicts that come after the end get beyond them. */
const MAX_CONNECTIONS = 131_072;
/** An excess can be told again when this part of the burst is free again. */
const AGAIN_BELOW = 0.5;
/** Of a /64, a /56 and a /48. */
const TIMES = [1, 2, 4] as const;

/** Refusals that nothing has made up for yet; some leak away each second. */
class Leak {
  count = 0;
  /** The excess was told, and is not over. */
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

/** One network that a connection counts for. */
interface Level {
  readonly name: string;
  readonly times: number;
}

interface ConnectionRecord {
  readonly own: Leak;
  readonly levels: readonly Level[];
}

export interface RefusalMeterModules {
  /** This address or network is over its rate: once until it has been well below. */
  readonly onExcess: (subject: string) => void;
}

/**
 * Counts what is refused cheaply (junk job ids, duplicates, broken lines): by connection, and by address over all its
 * connections, now and before. A limit for connections alone is worth nothing to who opens 1,500 of them.
 *
 * A connection waits only where both it and its address are over what their accepted shares explain: so a farm
 * whose rigs are all refused once (a restart, a new tip) waits for nothing, and neither do the good rigs beside a
 * bad one. Whoever waits does so for his place in the line of all that his address sent: so its connections take turns.
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

  /** How much is remembered, for tests and metrics. */
  get size(): { readonly connections: number; readonly subjects: number } {
    return { connections: this.#connections.size, subjects: this.#subjects.size };
  }

  /**
   * Something of this connection was refused.
   * @param nowMs a clock that only grows
   * @returns for how many milliseconds nothing should be read from it
   */
  refused(address: string, connection: number, nowMs: number): number {
    const { perSecond, burst, connectionBurst, longestMs } = this.#limits;
    const { own, levels } = this.#connectionOf(address, connection, nowMs);
    own.pass(nowMs);
    // No more than the next shares can make up for.
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
    // The smallest that is over says who it is.
    if (!over.some(({ told }) => told)) this.#modules.onExcess(subject);
    for (const leak of over) leak.told = true;
    return wait;
  }

  /** A share was accepted: it explains some refusals, of its own connection and of others. */
  accepted(address: string, connection: number): void {
    // By far the most frequent.
    if (this.#subjects.size === 0) return;
    const record = this.#connections.get(connection);
    record?.own.forgive(this.#limits.perShare);
    for (const { name } of record?.levels ?? levelsOf(address))
      this.#subjects.get(name)?.forgive(this.#limits.perShare);
  }

  /** The connection is closed. Its address is remembered. */
  left(connection: number): void {
    this.#connections.delete(connection);
  }

  /** Forgets whoever has nothing against him any more. To be called every second. */
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

/** Of IPv4 the address: a /24 belongs to many. */
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

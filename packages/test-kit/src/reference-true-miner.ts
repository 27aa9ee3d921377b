import { targetFromHex } from '@adit/primitives';

/** What a thread works on. */
export interface ReferenceJob {
  readonly id: string;
  readonly seedHash: string;
  readonly headerHash: string;
  /** 0 where no target came before the job: nothing meets it. */
  readonly target: bigint;
}

export interface ReferenceMinerOptions {
  readonly worker: string;
  readonly password?: string;
  readonly threads: number;
  /** Of one thread. */
  readonly hashesPerMs: number;
  /** What it sleeps after a share, and between two looks for another job id; 1,000 as published. */
  readonly sleepMs?: number;
  /** How long after the answer to its share a job finds the thread half way; 50 where left out. */
  readonly raceMs?: number;
}

export interface ReferenceMinerModules {
  /**
   * Hashes so many nonces from `nonce` on.
   * @param seedHash of the dataset that the miner holds, which may be another one than that of the job
   * @returns the first that is a share of the job
   */
  readonly search: (job: ReferenceJob, seedHash: string, nonce: bigint, hashes: number) => bigint | undefined;
}

/** Work older than this is dropped. */
const OLDEST_JOB_MS = 120_000;
const NONCES = 1n << 64n;

interface Thread {
  job: ReferenceJob | undefined;
  nonce: bigint;
  /** Asleep until then; it stays so while there is no other job id. */
  sleepsUntil: number;
  /** Id of the job of its last share: it wants another one. */
  sated: string | undefined;
  answeredAt: number;
  /** A part of a hash that is left over. */
  rest: number;
}

/**
 * The published TrueStratum miner as the protocol research describes it, with no socket and no clock: a stand-in with
 * its habits, good and bad. It finds one share a thread and job, then sleeps; takes a target only with a share of its own
 * or a clean job; begins at nonces that the clock decides; ignores its extranonce; numbers all submissions alike; mines
 * with the dataset that it has until the seeds of another one have come.
 */
export class ReferenceTrueMiner {
  readonly #options: Required<ReferenceMinerOptions>;
  readonly #modules: ReferenceMinerModules;
  readonly #threads: Thread[];
  #told = 0n;
  #newest: ReferenceJob | undefined;
  #jobAt = Number.NEGATIVE_INFINITY;
  #dataset: string | undefined;
  #asked: string | undefined;
  #now: number;
  /** Thread milliseconds since `count` was called, and those of them that went into hashes. */
  spent = 0;
  hashed = 0;
  /** Threads whose submissions have no answer yet. */
  readonly #waiting: Thread[] = [];
  readonly submitted: { readonly jobId: string; readonly nonce: string }[] = [];
  accepted = 0;
  readonly refusals: unknown[] = [];

  constructor(options: ReferenceMinerOptions, modules: ReferenceMinerModules, now: number) {
    this.#options = { sleepMs: 1_000, raceMs: 50, password: 'x', ...options };
    this.#modules = modules;
    this.#now = now;
    this.#threads = Array.from({ length: options.threads }, () => ({
      job: undefined,
      nonce: 0n,
      sleepsUntil: now,
      sated: undefined,
      answeredAt: Number.NEGATIVE_INFINITY,
      rest: 0,
    }));
  }

  /** Share of its threads' time that went into hashes since `count`. */
  get busy(): number {
    return this.spent === 0 ? 0 : this.hashed / this.spent;
  }

  /** Begins to count its time anew. */
  count(): void {
    this.spent = this.hashed = 0;
  }

  /** @returns the lines that it sends first */
  open(): string[] {
    return ['{"id": 1, "method": "mining.subscribe", "params": ["cpuminer/0.1.0","TrueStratum/0.1.0"]}'];
  }

  /** A line from the pool. @returns lines for the pool */
  line(text: string, now: number): string[] {
    const sent = this.advance(now);
    const message = JSON.parse(text) as {
      id?: unknown;
      method?: string;
      params?: readonly unknown[];
      result?: unknown;
      error?: unknown;
    };
    const { worker, password } = this.#options;
    if (message.method === 'mining.set_difficulty')
      this.#told = targetFromHex(message.params?.[0], 16) ?? this.#told;
    else if (message.method === 'mining.notify') sent.push(...this.#notified(message.params ?? [], now));
    else if (message.id === 1)
      sent.push(`{"id": 2, "method": "mining.authorize", "params": ["${worker}", "${password}"]}`);
    else if (message.id === 5 && Array.isArray(message.result)) this.#dataset = this.#asked;
    else if (message.id === 244) this.#answered(message, now);
    return sent;
  }

  /** Hashes until `now`. To be called often: a share is sent when it was called. @returns lines for the pool */
  advance(now: number): string[] {
    const elapsed = now - this.#now;
    if (elapsed <= 0) return [];
    this.#now = now;
    return this.#threads.flatMap((thread) => this.#work(thread, elapsed, now));
  }

  #work(thread: Thread, elapsed: number, now: number): string[] {
    this.spent += elapsed;
    if (thread.job === undefined && !this.#wakes(thread, now)) return [];
    const { job } = thread;
    if (job === undefined || now - this.#jobAt >= OLDEST_JOB_MS) return [];
    this.hashed += elapsed;
    const wanted = elapsed * this.#options.hashesPerMs + thread.rest;
    const hashes = Math.floor(wanted);
    thread.rest = wanted - hashes;
    const found = this.#modules.search(job, this.#dataset ?? job.seedHash, thread.nonce, hashes);
    thread.nonce = (thread.nonce + BigInt(hashes)) % NONCES;
    return found === undefined ? [] : this.#submit(thread, job, found.toString(), now);
  }

  #submit(thread: Thread, job: ReferenceJob, nonce: string, now: number): string[] {
    thread.job = undefined;
    thread.sated = job.id;
    this.#waiting.push(thread);
    thread.sleepsUntil = now + this.#options.sleepMs;
    this.submitted.push({ jobId: job.id, nonce });
    return [
      `{"method": "mining.submit", "params": ["${this.#options.worker}", "${job.id}", "${nonce}"], "id":244}`,
    ];
  }

  /** All its submissions have one id: answers belong to them in order. */
  #answered({ result, error }: { result?: unknown; error?: unknown }, now: number): void {
    const thread = this.#waiting.shift();
    if (thread !== undefined) thread.answeredAt = now;
    if (result === true) this.accepted += 1;
    else this.refusals.push(error);
  }

  /** It looks for another job id once a second. */
  #wakes(thread: Thread, now: number): boolean {
    if (now < thread.sleepsUntil) return false;
    if (this.#newest === undefined || this.#newest.id === thread.sated) {
      thread.sleepsUntil = now + (thread.sated === undefined ? 0 : this.#options.sleepMs);
      return false;
    }
    this.#begin(thread, this.#newest, now);
    return true;
  }

  #begin(thread: Thread, job: ReferenceJob, now: number): void {
    // A target goes into a job when a thread takes it.
    thread.job = { ...job, target: this.#told };
    // Seeded by the clock in whole seconds: a restart within one scans the same range.
    thread.nonce = (BigInt(Math.floor(now / 1000)) * 0x9e37_79b9_7f4a_7c15n) % NONCES;
  }

  #notified([id, seedHash, headerHash, clean]: readonly unknown[], now: number): string[] {
    const job = {
      id: String(id),
      seedHash: String(seedHash),
      headerHash: String(headerHash),
      target: this.#told,
    };
    // Another target under an id that it knows is ignored.
    if (job.id === this.#newest?.id) return [];
    this.#newest = job;
    this.#jobAt = now;
    this.#dataset ??= job.seedHash;
    const sent: string[] = [];
    if (this.#dataset !== job.seedHash && this.#asked !== job.seedHash) {
      this.#asked = job.seedHash;
      sent.push(`{"id": 5, "method": "mining.seedhash", "params": ["${this.#options.worker}", "${job.id}"]}`);
    }
    for (const thread of this.#threads) {
      // Found on its way to sleep, it sends what it has not counted yet.
      if (now - thread.answeredAt < this.#options.raceMs) sent.push(...this.#submit(thread, job, '0', now));
      else if (clean === true || (thread.job === undefined && thread.sated === undefined))
        this.#begin(thread, job, now);
    }
    return sent;
  }
}

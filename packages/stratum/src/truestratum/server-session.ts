import { encodeHex } from '@adit/primitives';
import { Grants } from '../grants.ts';
import type { RejectReason } from '../reject.ts';
import { requestLine } from '../reply.ts';
import { type Call, type CoreOptions, type Refusal, ServerSession } from '../server-session.ts';
import { cleanAgent, type ServerEffect } from '../session.ts';
import { MAX_REFRESH, parseTrueJobId, trueJobId, trueJobNumber } from './job-id.ts';
import { setDifficultyLine, TRUESTRATUM_VERSION, trueNotifyLine } from './messages.ts';
import { hasPrefix, nonceReadings, parseNonce } from './nonce.ts';

/** What is common to all connections of a port. */
export interface TrueStratumServerOptions extends CoreOptions {
  /** The document's refusals say so. */
  readonly failedResult: false;
  /** Refuse nonces outside the prefix: only where a proxy must keep downstream ranges apart. */
  readonly strictPrefix: boolean;
  /** Between two refreshes that answered submissions asked for. */
  readonly minRefreshMs: number;
  /** The prepared `result` text of a seedhash reply for the dataset of a job; undefined if unknown. */
  readonly seedsOf: (jobSequence: number) => string | Uint8Array | undefined;
}

/** What one connection begins with. */
export interface TrueSessionStart {
  /** Leading bytes of the 64-bit nonce for this connection, 0 to 3. Real miners ignore it. */
  readonly nonce1: Uint8Array;
  /** 32 hex digits. */
  readonly sessionId: string;
  /** Share target (128 bits) before any change. */
  readonly target: bigint;
  /** A job older than this is sent again under a new id: real miners idle after 120 s. */
  readonly refreshMs: number;
}

/** A job as the pool prepared it, once for all connections. */
export interface TrueJob {
  readonly sequence: number;
  /** Ascends with each time that a job is handed out: of two, the one with the higher number is to be mined. */
  readonly order: number;
  /** 64 lower-case hex digits each. */
  readonly seedHash: string;
  readonly headerHash: string;
  /** The easier of the network's live targets. */
  readonly networkTarget: bigint;
  readonly oldestKnown: number;
}

export interface TrueSubmission {
  readonly worker: string;
  readonly jobSequence: number;
  /** What the nonce may mean, to be tried in order: one or two readings. */
  readonly nonces: readonly bigint[];
  readonly target: bigint;
}

/** Id of our own `client.get_version` request: no miner counts there. */
const VERSION_REQUEST = 'version';

/** The pool's side of one connection in the TrueStratum dialect. */
export class TrueStratumServerSession extends ServerSession<TrueSubmission> {
  readonly #options: TrueStratumServerOptions;
  readonly #start: TrueSessionStart;
  readonly #grants = new Grants<bigint>();
  /** Job of each submission that waits for a verdict. */
  readonly #jobs = new Map<number, number>();
  #target: bigint;
  #sentTarget: bigint | undefined;
  #job: TrueJob | undefined;
  #refresh = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #refreshDue = false;

  constructor(options: TrueStratumServerOptions, start: TrueSessionStart) {
    super(options);
    this.#options = options;
    this.#start = start;
    this.#target = start.target;
  }

  /** A miner's thread sleeps until it sees a new job id: `tick` should be called as soon as it may act. */
  get refreshDue(): boolean {
    return this.#refreshDue;
  }

  /** A job for this connection. Until the miner is ready it is only remembered. */
  job(job: TrueJob, clean: boolean, now: number): ServerEffect<TrueSubmission>[] {
    this.#job = job;
    this.#refresh = 0;
    if (this.#ready) this.#sendJob(clean, now);
    return this.drain();
  }

  /** The share target from the next job on, which comes with the next `tick` that may send one. */
  setTarget(target: bigint): void {
    this.#target = target;
    // A miner that is far too fast floods until it has the new target.
    this.#refreshDue = true;
  }

  /** To be called about every second: sends the job again under a new id when it is time. */
  tick(now: number): ServerEffect<TrueSubmission>[] {
    const age = now - this.#sentAt;
    const due = age >= this.#start.refreshMs || (this.#refreshDue && age >= this.#options.minRefreshMs);
    if (due && this.#ready && this.#job !== undefined) this.#sendAgain(now);
    return this.drain();
  }

  /** Asks the miner who it is; not every miner knows the method. */
  askVersion(): ServerEffect<TrueSubmission>[] {
    this.send(requestLine(VERSION_REQUEST, 'client.get_version', []));
    return this.drain();
  }

  get #ready(): boolean {
    return this.subscribed && this.workers.size > 0;
  }

  protected override call(call: Call, now: number): void {
    switch (call.method) {
      case 'mining.subscribe':
        return this.#subscribe(call, now);
      case 'mining.seedhash':
        return this.#seedhash(call);
      default:
        return this.unknown(call);
    }
  }

  #subscribe(call: Call, now: number): void {
    const { nonce1, sessionId } = this.#start;
    const again = this.subscribed;
    // extranonce2_size must not be zero: the reference miner takes that for a failure.
    this.answer(call, [
      ['mining.notify', sessionId, TRUESTRATUM_VERSION],
      encodeHex(nonce1),
      8 - nonce1.length,
    ]);
    if (again) return;
    this.markSubscribed(cleanAgent(call.params[0]));
    // Authorised first: no job may come before the subscribe reply, so it comes now.
    if (this.#ready) this.onReady(now);
  }

  #seedhash(call: Call): void {
    if (!this.subscribed) return this.refuse(call, 'not_subscribed', 'subscribe first');
    const [worker, jobId] = call.params;
    if (typeof worker !== 'string' || !this.workers.has(worker)) {
      return this.refuse(call, 'unauthorized', 'params[0] must be an authorised worker');
    }
    const job = typeof jobId === 'string' ? parseTrueJobId(jobId) : undefined;
    const result = job === undefined ? undefined : this.#options.seedsOf(job.sequence);
    if (result === undefined) return this.refuse(call, 'job_not_found', 'params[1] must be a job id');
    if (call.id === undefined) return;
    // It overtakes answers to submissions: while it waits for seeds, the reference miner takes any
    // line without a method for the seeds.
    this.send(`{"id":${call.id},"result":`);
    this.send(result);
    this.send(',"error":null}\n');
  }

  protected override codeOf(reason: RejectReason): number {
    // The document's own example of a refusal: [-1, "Job not found", null].
    return reason === 'job_not_found' ? -1 : super.codeOf(reason);
  }

  protected override onReady(now: number): void {
    if (this.#job !== undefined) this.#sendJob(true, now);
  }

  protected override noteSubmission(token: number, job: number): void {
    this.#jobs.set(token, job);
  }

  /** The thread that submitted on the newest job now sleeps until it sees another job id. */
  protected override afterVerdict(token: number, now: number): void {
    // One that was refused before it had a job counts for the newest: its thread sleeps all the same.
    const number = this.#jobs.get(token) ?? this.#grants.newest;
    this.#jobs.delete(token);
    if (number !== this.#grants.newest || this.#job === undefined || !this.#ready) return;
    if (now - this.#sentAt >= this.#options.minRefreshMs) this.#sendAgain(now);
    else this.#refreshDue = true;
  }

  #sendAgain(now: number): void {
    // Out of suffixes: the next broadcast, at most a minute away, starts anew.
    if (this.#refresh >= MAX_REFRESH) return;
    this.#refresh += 1;
    this.#sendJob(false, now);
  }

  #sendJob(clean: boolean, now: number): void {
    const job = this.#job;
    if (job === undefined) return;
    const target = this.#target > job.networkTarget ? this.#target : job.networkTarget;
    if (target !== this.#sentTarget) {
      this.send(setDifficultyLine(target));
      this.#sentTarget = target;
    }
    const number = trueJobNumber(job.sequence, this.#refresh);
    if (number > this.#grants.newest) {
      this.#grants.settle(number, target, trueJobNumber(job.oldestKnown, 0));
      this.#grants.sent(number);
    }
    this.noteJob(this.#target, target);
    this.send(trueNotifyLine(trueJobId(job.sequence, this.#refresh), job.seedHash, job.headerHash, clean));
    this.#sentAt = now;
    this.#refreshDue = false;
  }

  protected override decode(
    params: readonly unknown[],
  ): { submission: TrueSubmission; job: number } | Refusal {
    const [worker, jobId, nonceText] = params;
    if (typeof worker !== 'string' || params.length < 3) {
      return { reason: 'bad_params', detail: 'submit takes worker, job id and nonce' };
    }
    const job = typeof jobId === 'string' ? parseTrueJobId(jobId) : undefined;
    const target = job === undefined ? undefined : this.#grants.of(job.number);
    if (job === undefined || target === undefined) return { reason: 'job_not_found' };
    const nonce = parseNonce(nonceText);
    if (typeof nonce === 'string') return { reason: 'bad_nonce', detail: nonce };
    const { nonce1 } = this.#start;
    const { strictPrefix } = this.#options;
    if (strictPrefix && !hasPrefix(nonce, nonce1)) return { reason: 'wrong_nonce1' };
    const nonces = strictPrefix ? [nonce] : nonceReadings(nonce, nonce1);
    return { job: job.number, submission: { worker, jobSequence: job.sequence, nonces, target } };
  }
}

import { encodeHex } from '@adit/primitives';
import { type Grant, Grants, onlyTerms, type Terms } from '../grants.ts';
import { checkNonce1 } from '../nonce1.ts';
import type { RejectReason } from '../reject.ts';
import { requestLine } from '../reply.ts';
import { type Call, type CoreOptions, type Refusal, ServerSession } from '../server-session.ts';
import type { ServerEffect } from '../session.ts';
import { DueSeeds } from './due-seeds.ts';
import type { TrueJob } from './job.ts';
import { MAX_REFRESH, parseTrueJobId, trueJobId, trueJobNumber } from './job-id.ts';
import { setDifficultyLine, TRUESTRATUM_VERSION, trueNotifyLine } from './messages.ts';
import { hasPrefix, nonceReadings, parseNonce } from './nonce.ts';
import { SentIds } from './sent-ids.ts';
import { easierOf, type SharePrice, sharePrice } from './share-price.ts';
import type { TrueSubmission } from './submission.ts';

/** Options that all connections of a port share. */
export interface TrueStratumServerOptions extends CoreOptions {
  /** Refusals in the protocol document have the result false. */
  readonly failedResult: false;
  /**
   * True refuses nonces outside the connection's prefix, and gives each connection a target of its own. False binds no
   * nonce to a connection, and each header has one target for all miners.
   */
  readonly strictPrefix: boolean;
  /**
   * Draws the time between the answer to a submission and the job under a new id. The reference miner needs a moment to
   * put its thread to sleep: a job that comes together with the answer makes it submit the nonce 0.
   */
  readonly refreshDelayMs: () => number;
  /** The prepared `result` text of a seedhash reply for the dataset of a job; undefined for an unknown job. */
  readonly seedsOf: (jobSequence: number) => string | Uint8Array | undefined;
  /**
   * The `terms` of a header, by its number; undefined if the header is not known any more. Without this function, each
   * header has terms of its own.
   */
  readonly termsOf?: (sequence: number) => Terms | undefined;
  /** True sends seeds when the pool calls `giveSeeds`, not at once. */
  readonly seedsWait?: boolean;
}

/** State with which one connection begins. */
export interface TrueSessionStart {
  /** Leading bytes of the 64-bit nonce for this connection, 0 to 3. Real miners ignore it. */
  readonly nonce1: Uint8Array;
  /** 32 hex digits. */
  readonly sessionId: string;
  /**
   * 128-bit targets for a nonce1 that nobody holds, by the number of the header: the port's start targets, ascending.
   * Not used without the strict prefix.
   */
  readonly targets: readonly Grant<bigint>[];
  /** The session sends a job again under a new id when it is older than this: real miners idle after 120 s. */
  readonly refreshMs: number;
}

/** Leaves five bytes of the nonce to the miner, which is more than it tries for one header. */
const MAX_NONCE1_BYTES = 3;

/** Id of our own `client.get_version` request. It is a word, so that it differs from all ids that miners count up. */
const VERSION_REQUEST = 'version';
/**
 * A further answer delays the refresh, but by no more than this: the thread that got the first answer checks for a new
 * job after one second.
 */
const LONGEST_DELAY_MS = 700;
/** The session remembers a target that it sent for 10 to 20 minutes: shares of a header are accepted for ten. */
const EASIEST_MS = 600_000;

/** The pool's side of one connection in the TrueStratum dialect. */
export class TrueStratumServerSession extends ServerSession<TrueSubmission> {
  readonly #options: TrueStratumServerOptions;
  readonly #start: TrueSessionStart;
  readonly #grants: Grants<bigint>;
  /** The job number of each submission that waits for a verdict, by token. */
  readonly #jobs = new Map<number, number>();
  #sentTarget: bigint | undefined;
  #asksVersion = false;
  #job: TrueJob | undefined;
  #refresh = 0;
  /** The job that was sent last. */
  #sent: { readonly sequence: number; readonly refresh: number } | undefined;
  readonly #ids = new SentIds();
  #sentAt = Number.NEGATIVE_INFINITY;
  /** When to send the job again; undefined if no thread of the miner waits for it. */
  #refreshAt: number | undefined;
  /** Until then, a thread of the miner may be about to sleep. `#quietAtMost` bounds it. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  #quietAtMost = Number.NEGATIVE_INFINITY;
  /** Easiest targets of these and of the former ten minutes. */
  #easiest = 0n;
  #formerEasiest = 0n;
  #easiestSince = Number.NEGATIVE_INFINITY;
  readonly #seeds = new DueSeeds();

  /** @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_OPTION` for a nonce1 that is not valid */
  constructor(options: TrueStratumServerOptions, start: TrueSessionStart) {
    super(options);
    checkNonce1(start.nonce1, 0, MAX_NONCE1_BYTES);
    this.#options = options;
    this.#start = start;
    this.#grants = new Grants(start.targets);
  }

  /**
   * True while a thread of the miner sleeps until it sees a new job id: call `tick` often then, so that it acts in
   * time.
   */
  get refreshDue(): boolean {
    return this.#refreshAt !== undefined;
  }

  /** True if a job was sent to the miner, so that its silence means something. */
  get hasJob(): boolean {
    return this.#sent !== undefined;
  }

  /** True while the miner waits for seeds. Until it has them, the caller reads nothing more from it. */
  get seedsDue(): boolean {
    return this.#seeds.isDue;
  }

  /** Sends the seeds that are due, then the answers that had to wait for them. */
  giveSeeds(): ServerEffect<TrueSubmission>[] {
    this.#seeds.give((data) => this.send(data));
    return this.drain();
  }

  /** Takes a job for this connection. Until the miner is ready, the session only remembers it. */
  job(job: TrueJob, clean: boolean, now: number): ServerEffect<TrueSubmission>[] {
    // A header that comes back keeps its number, but needs an id that this miner has not seen.
    if (job.oldestKnown !== undefined) this.#ids.forget(job.oldestKnown);
    this.#refresh = this.#ids.next(job.sequence);
    this.#job = job;
    // A thread that got an answer just now is about to sleep. A job that can wait is sent once the thread sleeps.
    const waits = now < this.#quietUntil && !clean && this.#targetOf(job) === this.#sentTarget;
    if (waits) this.#refreshAt = this.#quietUntil;
    if (this.#ready && !waits) this.#sendJob(clean, now);
    return this.drain();
  }

  /**
   * Settles the share target for all headers whose terms are `from` or later. Without the strict prefix it does
   * nothing: the worth of a hash would then depend on the connection that submits it.
   * @param from the number that the next header will have: headers that exist must keep their targets
   * @param oldestTerms the oldest terms of a header that is still recognised, or may still come
   */
  setTarget(target: bigint, from: number, oldestTerms: number): void {
    if (!this.#options.strictPrefix || this.#grants.current === target) return;
    this.#grants.settle(from, target, oldestTerms);
  }

  /** Sends the job again under a new id when it is time. Call it about every second. */
  tick(now: number): ServerEffect<TrueSubmission>[] {
    const due =
      now - this.#sentAt >= this.#start.refreshMs ||
      (this.#refreshAt !== undefined && now >= this.#refreshAt);
    if (due && this.#ready && this.#job !== undefined) this.#sendAgain(now);
    return this.drain();
  }

  /** Asks the miner for its name and version. Not every miner knows the method. */
  askVersion(): ServerEffect<TrueSubmission>[] {
    this.send(requestLine(VERSION_REQUEST, 'client.get_version', []));
    this.#asksVersion = true;
    return this.drain();
  }

  protected override expects(id: string | undefined): boolean {
    const isAnswer = this.#asksVersion && id === JSON.stringify(VERSION_REQUEST);
    if (isAnswer) this.#asksVersion = false;
    return isAnswer;
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
    // extranonce2_size must not be zero: the reference miner takes zero for a failure.
    this.answer(call, [
      ['mining.notify', sessionId, TRUESTRATUM_VERSION],
      encodeHex(nonce1),
      8 - nonce1.length,
    ]);
    if (again) return;
    this.markSubscribed(call.params[0]);
    // A miner that authorised before it subscribed gets its job now: none may come before the subscribe reply.
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
    if (job === undefined || result === undefined)
      return this.refuse(call, 'job_not_found', 'params[1] must be a job id');
    if (call.id === undefined) return;
    if (this.#seeds.isDue) return this.refuse(call, 'overloaded', 'the seeds are on their way');
    this.#seeds.ask(call.id, result);
    if (this.#options.seedsWait === true) this.effect({ kind: 'seeds' });
    else this.#seeds.give((data) => this.send(data));
  }

  /** Answers wait behind seeds: see `DueSeeds`. */
  protected override reply(lines: string): void {
    if (this.#seeds.isDue) this.#seeds.hold(lines);
    else this.send(lines);
  }

  protected override codeOf(reason: RejectReason): number {
    // The protocol document's own example of a refusal is [-1, "Job not found", null].
    return reason === 'job_not_found' ? -1 : super.codeOf(reason);
  }

  protected override onReady(now: number): void {
    if (this.#job !== undefined) this.#sendJob(true, now);
  }

  protected override noteSubmission(token: number, job: number): void {
    this.#jobs.set(token, job);
  }

  /** Plans the next refresh: a thread that submitted a share for the newest job sleeps until it sees another job id. */
  protected override afterVerdict(token: number, now: number): void {
    const job = this.#jobs.get(token);
    this.#jobs.delete(token);
    // The next `tick` sends the job. Without this line, a miner that submits without a pause would delay it for ever.
    if (this.#refreshAt !== undefined && now >= this.#refreshAt) return;
    if (now >= this.#quietUntil) this.#quietAtMost = now + LONGEST_DELAY_MS;
    this.#quietUntil = Math.min(now + this.#options.refreshDelayMs(), this.#quietAtMost);
    const sent = this.#sent === undefined ? -1 : trueJobNumber(this.#sent.sequence, this.#sent.refresh);
    // A submission that was refused before its job was known counts for the newest job: its thread sleeps as well.
    const number = job ?? sent;
    const wanted = this.#refreshAt !== undefined || number === sent;
    if (wanted && this.#job !== undefined && this.#ready) this.#refreshAt = this.#quietUntil;
  }

  #sendAgain(now: number): void {
    this.#refreshAt = undefined;
    // No suffix is left. The next header, which usually comes within seconds, starts again at 0.
    if (this.#refresh >= MAX_REFRESH) return;
    // A header that waited for this moment was not sent yet, so its id is still unused.
    if (this.#sent?.sequence === this.#job?.sequence && this.#sent?.refresh === this.#refresh)
      this.#refresh += 1;
    this.#sendJob(false, now);
  }

  /**
   * Sends a new target directly before the first job that it holds for, and makes that job clean: the reference miner
   * takes up a target only after a share of its own, or with a clean job.
   */
  #sendJob(clean: boolean, now: number): void {
    const job = this.#job;
    const target = job === undefined ? undefined : this.#targetOf(job);
    // Without a target, the grant of its terms was dropped (see `Grants`), and nothing can restore it.
    if (job === undefined || target === undefined || this.#refresh > MAX_REFRESH) return;
    const asClean = clean || target !== this.#sentTarget;
    if (target !== this.#sentTarget) this.send(setDifficultyLine(target));
    this.#sentTarget = target;
    this.#noteEasiest(target, now);
    this.#grants.sent(job.sequence);
    this.noteJob(this.#settledFor(job)?.target ?? target, target);
    this.#sent = { sequence: job.sequence, refresh: this.#refresh };
    this.#ids.sent(job.sequence, this.#refresh);
    this.send(trueNotifyLine(trueJobId(job.sequence, this.#refresh), job.seedHash, job.headerHash, asClean));
    this.#sentAt = now;
    this.#refreshAt = undefined;
  }

  #targetOf(job: TrueJob): bigint | undefined {
    if (!this.#options.strictPrefix) return job.target;
    const settled = this.#settledFor(job);
    return settled === undefined ? undefined : easierOf(settled.target, job.networkTarget);
  }

  #settledFor({
    sequence,
    terms = onlyTerms(sequence),
  }: Pick<TrueJob, 'sequence' | 'terms'>): SharePrice | undefined {
    return sharePrice(this.#grants.within(terms));
  }

  /** The settled price of a header; undefined if it was never sent to this connection, or is not known any more. */
  #priceOf(sequence: number): SharePrice | undefined {
    if (!this.#grants.wasSent(sequence)) return undefined;
    const { termsOf } = this.#options;
    const terms = termsOf === undefined ? onlyTerms(sequence) : termsOf(sequence);
    return terms === undefined ? undefined : this.#settledFor({ sequence, terms });
  }

  #noteEasiest(target: bigint, now: number): void {
    if (now - this.#easiestSince >= EASIEST_MS) {
      this.#formerEasiest = this.#easiest;
      this.#easiest = 0n;
      this.#easiestSince = now;
    }
    this.#easiest = easierOf(this.#easiest, target);
  }

  protected override decode(
    params: readonly unknown[],
  ): { submission: TrueSubmission; job: number } | Refusal {
    const [worker, jobId, nonceText] = params;
    if (typeof worker !== 'string' || params.length < 3) {
      return { reason: 'bad_params', detail: 'submit takes worker, job id and nonce' };
    }
    const job = typeof jobId === 'string' ? parseTrueJobId(jobId) : undefined;
    if (job === undefined || !this.#ids.has(job)) return { reason: 'job_not_found' };
    const { strictPrefix } = this.#options;
    const price = strictPrefix ? this.#priceOf(job.sequence) : undefined;
    if (strictPrefix && price === undefined) return { reason: 'job_not_found' };
    const nonce = parseNonce(nonceText);
    if (typeof nonce === 'string') return { reason: 'bad_nonce', detail: nonce };
    const { nonce1 } = this.#start;
    if (strictPrefix && !hasPrefix(nonce, nonce1)) return { reason: 'wrong_nonce1' };
    const nonces = strictPrefix ? [nonce] : nonceReadings(nonce, nonce1);
    const easiest = easierOf(this.#easiest, this.#formerEasiest);
    return {
      job: job.number,
      submission: {
        worker,
        jobSequence: job.sequence,
        nonces,
        target: price?.target,
        credited: price?.credited,
        easiest,
      },
    };
  }
}

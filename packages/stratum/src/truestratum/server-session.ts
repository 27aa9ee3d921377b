import { encodeHex } from '@adit/primitives';
import { type Grant, Grants } from '../grants.ts';
import { checkNonce1 } from '../nonce1.ts';
import type { RejectReason } from '../reject.ts';
import { requestLine } from '../reply.ts';
import { type Call, type CoreOptions, type Refusal, ServerSession } from '../server-session.ts';
import type { ServerEffect } from '../session.ts';
import { MAX_REFRESH, parseTrueJobId, trueJobId, trueJobNumber } from './job-id.ts';
import { setDifficultyLine, TRUESTRATUM_VERSION, trueNotifyLine } from './messages.ts';
import { hasPrefix, nonceReadings, parseNonce } from './nonce.ts';
import { SentIds } from './sent-ids.ts';

/** What is common to all connections of a port. */
export interface TrueStratumServerOptions extends CoreOptions {
  /** The document's refusals say so. */
  readonly failedResult: false;
  /**
   * Refuse nonces outside the prefix, and give each connection a target of its own. Without it a nonce is bound to
   * nobody, and one target holds for whoever mines a header.
   */
  readonly strictPrefix: boolean;
  /**
   * From the answer to a submission to the job under a new id, drawn anew each time: the reference miner starts its
   * thread a moment after a job, and one that comes with the answer finds it half way (it then submits the nonce 0).
   */
  readonly refreshDelayMs: () => number;
  /** The prepared `result` text of a seedhash reply for the dataset of a job; undefined if unknown. */
  readonly seedsOf: (jobSequence: number) => string | Uint8Array | undefined;
  /**
   * The `terms` of a header, by its number; undefined where it is not known any more. Where left out, each header has
   * terms of its own.
   */
  readonly termsOf?: (sequence: number) => number | undefined;
  /** Seeds go out when `giveSeeds` is called, not at once. */
  readonly seedsWait?: boolean;
}

/** What one connection begins with. */
export interface TrueSessionStart {
  /** Leading bytes of the 64-bit nonce for this connection, 0 to 3. Real miners ignore it. */
  readonly nonce1: Uint8Array;
  /** 32 hex digits. */
  readonly sessionId: string;
  /**
   * What a nonce1 that nobody holds is worth (128-bit targets), by the number of the header: the port's start
   * targets, ascending. Of no account without the strict prefix.
   */
  readonly targets: readonly Grant<bigint>[];
  /** A job older than this is sent again under a new id: real miners idle after 120 s. */
  readonly refreshMs: number;
}

/** A job as the pool prepared it, once for all connections. */
export interface TrueJob {
  /** Number of its header: one for each header, however often the node tells it. */
  readonly sequence: number;
  /**
   * The share target that was settled for this number holds for the header, where each connection has one: an earlier
   * number than the header's own, which it is where left out, since somebody may have foreseen it. See `Grants`.
   */
  readonly terms?: number;
  /** Ascends with each time that a job is handed out: of two, the one with the higher number is to be mined. */
  readonly order: number;
  /** 64 lower-case hex digits each. */
  readonly seedHash: string;
  readonly headerHash: string;
  /** The one target for all who mine this header; undefined where each connection has its own. */
  readonly target: bigint | undefined;
  /** The easier of the network's live targets when the header was first seen: no share target is harder. */
  readonly networkTarget: bigint;
  /** Headers with a lower number will not come back; where it is left out, each may. */
  readonly oldestKnown?: number;
}

/** A share as it came, decoded. */
export interface TrueSubmission {
  readonly worker: string;
  readonly jobSequence: number;
  /** What the nonce may mean, to be tried in order: one or two readings. */
  readonly nonces: readonly bigint[];
  /** What was settled for this header and nonce1; undefined where one target holds for whoever mines the header. */
  readonly target: bigint | undefined;
  /** The easiest target that the connection was told lately: who is slow to take a new one sends shares of it. */
  readonly easiest: bigint;
}

/** Five bytes of the nonce are left for the miner: more than it tries of one header. */
const MAX_NONCE1_BYTES = 3;

/** Id of our own `client.get_version` request: no miner counts there. */
const VERSION_REQUEST = 'version';
/** A further answer puts the refresh off, but no longer than this: the thread of the first looks again after a second. */
const LONGEST_DELAY_MS = 700;
/** A target that was told is remembered for once to twice as long: a header is accepted for so long. */
const EASIEST_MS = 600_000;

/** The pool's side of one connection in the TrueStratum dialect. */
export class TrueStratumServerSession extends ServerSession<TrueSubmission> {
  readonly #options: TrueStratumServerOptions;
  readonly #start: TrueSessionStart;
  readonly #grants: Grants<bigint>;
  /** Job of each submission that waits for a verdict. */
  readonly #jobs = new Map<number, number>();
  #sentTarget: bigint | undefined;
  #asksVersion = false;
  #job: TrueJob | undefined;
  #refresh = 0;
  /** The job that was sent last. */
  #sent: { readonly sequence: number; readonly refresh: number } | undefined;
  readonly #ids = new SentIds();
  #sentAt = Number.NEGATIVE_INFINITY;
  /** When the job is to be sent again, and by when at the latest; undefined: nobody waits for it. */
  #refreshAt: number | undefined;
  /** Until then some thread is on its way to sleep, and at the latest until then it is waited for. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  #quietAtMost = Number.NEGATIVE_INFINITY;
  /** Easiest targets of this and of the former ten minutes. */
  #easiest = 0n;
  #formerEasiest = 0n;
  #easiestSince = Number.NEGATIVE_INFINITY;
  /** Seeds that were asked for and have not left. */
  #seedsDue: { readonly id: string; readonly result: string | Uint8Array } | undefined;
  /** Answers that wait behind the seeds: what was under way, since nothing more is read meanwhile. */
  #behindSeeds = '';

  /** @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_OPTION` for a nonce1 that cannot be */
  constructor(options: TrueStratumServerOptions, start: TrueSessionStart) {
    super(options);
    checkNonce1(start.nonce1, 0, MAX_NONCE1_BYTES);
    this.#options = options;
    this.#start = start;
    this.#grants = new Grants(start.targets);
  }

  /** A miner's thread sleeps until it sees a new job id: `tick` should be called as soon as it may act. */
  get refreshDue(): boolean {
    return this.#refreshAt !== undefined;
  }

  /** The miner was sent a job, so that its silence means something. */
  get hasJob(): boolean {
    return this.#sent !== undefined;
  }

  /** The miner waits for seeds. Until it has them it is to be read no further. */
  get seedsDue(): boolean {
    return this.#seedsDue !== undefined;
  }

  /** The seeds that are due, and the answers that had to wait for them. */
  giveSeeds(): ServerEffect<TrueSubmission>[] {
    this.#sendSeeds();
    return this.drain();
  }

  #sendSeeds(): void {
    const due = this.#seedsDue;
    if (due === undefined) return;
    this.#seedsDue = undefined;
    this.send(`{"id":${due.id},"result":`);
    this.send(due.result);
    this.send(',"error":null}\n');
    if (this.#behindSeeds !== '') this.send(this.#behindSeeds);
    this.#behindSeeds = '';
  }

  /** A job for this connection. Until the miner is ready it is only remembered. */
  job(job: TrueJob, clean: boolean, now: number): ServerEffect<TrueSubmission>[] {
    // A header that comes back keeps its number, and needs an id that this miner has not seen.
    if (job.oldestKnown !== undefined) this.#ids.forget(job.oldestKnown);
    this.#refresh = this.#ids.next(job.sequence);
    this.#job = job;
    // A thread that was answered just now is on its way to sleep: a job that can wait comes when it is there.
    const waits = now < this.#quietUntil && !clean && this.#targetOf(job) === this.#sentTarget;
    if (waits) this.#refreshAt = this.#quietUntil;
    if (this.#ready && !waits) this.#sendJob(clean, now);
    return this.drain();
  }

  /**
   * The share target for all headers whose terms are `from` or later. Without effect where nonces are bound to nobody: what a hash of a header
   * is worth would then depend on who hands it in.
   * @param from the number that the next header will have: none that exists may change its worth
   * @param oldestTerms the oldest terms of a header that is still recognised, or may still come
   */
  setTarget(target: bigint, from: number, oldestTerms: number): void {
    if (!this.#options.strictPrefix || this.#grants.current === target) return;
    this.#grants.settle(from, target, oldestTerms);
  }

  /** To be called about every second: sends the job again under a new id when it is time. */
  tick(now: number): ServerEffect<TrueSubmission>[] {
    const due =
      now - this.#sentAt >= this.#start.refreshMs ||
      (this.#refreshAt !== undefined && now >= this.#refreshAt);
    if (due && this.#ready && this.#job !== undefined) this.#sendAgain(now);
    return this.drain();
  }

  /** Asks the miner who it is; not every miner knows the method. */
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
    // extranonce2_size must not be zero: the reference miner takes that for a failure.
    this.answer(call, [
      ['mining.notify', sessionId, TRUESTRATUM_VERSION],
      encodeHex(nonce1),
      8 - nonce1.length,
    ]);
    if (again) return;
    this.markSubscribed(call.params[0]);
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
    if (job === undefined || result === undefined)
      return this.refuse(call, 'job_not_found', 'params[1] must be a job id');
    if (call.id === undefined) return;
    if (this.#seedsDue !== undefined) return this.refuse(call, 'overloaded', 'the seeds are on their way');
    this.#seedsDue = { id: call.id, result };
    if (this.#options.seedsWait === true) this.effect({ kind: 'seeds' });
    else this.#sendSeeds();
  }

  /** Seeds overtake answers: while it waits for them, the reference miner takes any line without a method for them. */
  protected override reply(lines: string): void {
    if (this.#seedsDue === undefined) this.send(lines);
    else this.#behindSeeds += lines;
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
    const job = this.#jobs.get(token);
    this.#jobs.delete(token);
    // The next look sends one. Who never pauses would put it off from one look to the next for ever.
    if (this.#refreshAt !== undefined && now >= this.#refreshAt) return;
    if (now >= this.#quietUntil) this.#quietAtMost = now + LONGEST_DELAY_MS;
    this.#quietUntil = Math.min(now + this.#options.refreshDelayMs(), this.#quietAtMost);
    const sent = this.#sent === undefined ? -1 : trueJobNumber(this.#sent.sequence, this.#sent.refresh);
    // One that was refused before it had a job counts for the newest: its thread sleeps all the same.
    const number = job ?? sent;
    const wanted = this.#refreshAt !== undefined || number === sent;
    if (wanted && this.#job !== undefined && this.#ready) this.#refreshAt = this.#quietUntil;
  }

  #sendAgain(now: number): void {
    this.#refreshAt = undefined;
    // Out of suffixes: the next header, mostly a few seconds away, starts anew.
    if (this.#refresh >= MAX_REFRESH) return;
    // A header that waited for this moment has no id that was used.
    if (this.#sent?.sequence === this.#job?.sequence && this.#sent?.refresh === this.#refresh)
      this.#refresh += 1;
    this.#sendJob(false, now);
  }

  /**
   * A new target leaves directly before the first job that it holds for, and that job is clean: the reference miner
   * takes a target only with a share of its own or with a clean job.
   */
  #sendJob(clean: boolean, now: number): void {
    const job = this.#job;
    const target = job === undefined ? undefined : this.#targetOf(job);
    // Without a target its terms were dropped (who asks for hundreds loses the oldest): they cannot be made up again.
    if (job === undefined || target === undefined || this.#refresh > MAX_REFRESH) return;
    const asClean = clean || target !== this.#sentTarget;
    if (target !== this.#sentTarget) this.send(setDifficultyLine(target));
    this.#sentTarget = target;
    this.#noteEasiest(target, now);
    this.#grants.sent(job.sequence);
    this.noteJob(this.#grants.at(job.terms ?? job.sequence) ?? target, target);
    this.#sent = { sequence: job.sequence, refresh: this.#refresh };
    this.#ids.sent(job.sequence, this.#refresh);
    this.send(trueNotifyLine(trueJobId(job.sequence, this.#refresh), job.seedHash, job.headerHash, asClean));
    this.#sentAt = now;
    this.#refreshAt = undefined;
  }

  #targetOf({ sequence, terms = sequence, target, networkTarget }: TrueJob): bigint | undefined {
    if (!this.#options.strictPrefix) return target;
    const settled = this.#grants.at(terms);
    return settled === undefined ? undefined : easierOf(settled, networkTarget);
  }

  /** What was settled for a header; undefined where this connection was never sent it, or where that is no longer known. */
  #settledFor(sequence: number): bigint | undefined {
    if (!this.#grants.wasSent(sequence)) return undefined;
    const { termsOf } = this.#options;
    const terms = termsOf === undefined ? sequence : termsOf(sequence);
    return terms === undefined ? undefined : this.#grants.at(terms);
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
    const target = strictPrefix ? this.#settledFor(job.sequence) : undefined;
    if (strictPrefix && target === undefined) return { reason: 'job_not_found' };
    const nonce = parseNonce(nonceText);
    if (typeof nonce === 'string') return { reason: 'bad_nonce', detail: nonce };
    const { nonce1 } = this.#start;
    if (strictPrefix && !hasPrefix(nonce, nonce1)) return { reason: 'wrong_nonce1' };
    const nonces = strictPrefix ? [nonce] : nonceReadings(nonce, nonce1);
    const easiest = easierOf(this.#easiest, this.#formerEasiest);
    return {
      job: job.number,
      submission: { worker, jobSequence: job.sequence, nonces, target, easiest },
    };
  }
}

/** The easier of two targets: the higher one. */
export function easierOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

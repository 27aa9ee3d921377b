import { reconnectLine, showMessageLine } from './client-messages.ts';
import { parseMessage } from './message.ts';
import { MessageBudget } from './message-budget.ts';
import { kindOf, MESSAGE_LIMITS, type MessageKind, type MessageLimits } from './message-limits.ts';
import { parsePassword } from './password.ts';
import { REJECTS, type RejectReason, rejectText, type Told } from './reject.ts';
import { errorLine, type FailedResult, quoted, resultLine } from './reply.ts';
import { ReplyQueue } from './reply-queue.ts';
import { cleanAgent, MAX_WAITING_REPLIES, MAX_WORKERS_PER_CONNECTION, type ServerEffect } from './session.ts';
import { type Authorizer, parseWorkerName, portAuthorizer, workerNameFault } from './worker-name.ts';
import { Workers } from './workers.ts';

/** Why a submission is refused before it reaches the pool. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly detail?: string;
}

/** A request on its way to an answer; without an id it is a notification and gets none. */
export interface Call {
  readonly id: string | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What the server sessions of both dialects can be told. */
export interface CoreOptions {
  /** Decides on each worker. Default: everybody may mine (`portAuthorizer()`). */
  readonly authorize?: Authorizer;
  /** What `result` holds beside an error. Default: null, as in ZIP 301; TrueStratum has false. */
  readonly failedResult?: FailedResult;
  readonly limits?: MessageLimits;
  /** Told of every line, for the metrics of the port. */
  readonly onMessage?: (kind: MessageKind) => void;
}

/** What nothing has to be done for: shared, since most lines of most connections end so. */
const NOTHING: readonly never[] = [];
/** Shared: a closure for each connection would cost it bytes. */
const EVERYBODY = portAuthorizer();
/** One pause of reading: short enough that whoever stops flooding is soon heard again. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * What the server sides of both dialects share: reading lines, authorising workers, and the ordered
 * queue of answers to submissions. A dialect adds its methods and its jobs.
 */
export abstract class ServerSession<Submission> {
  readonly #options: CoreOptions;
  /** Made by the first submission, like what waits for verdicts. */
  #replies: ReplyQueue | undefined;
  /** Made by the first submission. */
  #calls: Map<number, Call> | undefined;
  readonly #budget: MessageBudget;
  readonly workers = new Workers();
  #agent = '';
  #effects: ServerEffect<Submission>[] | undefined;
  #subscribed = false;
  /** `hold` was asked for, and not ended. */
  #held = false;
  #jobsSent = 0;
  #settledTarget = 0n;
  #shareTarget = 0n;

  constructor(options: CoreOptions) {
    this.#options = options;
    this.#budget = new MessageBudget(this.#limits);
  }

  /** The user agent as it may be shown; empty before the subscription. */
  get agent(): string {
    return this.#agent;
  }

  get subscribed(): boolean {
    return this.#subscribed;
  }

  /** Jobs that have left, those that were sent once more included. */
  get jobsSent(): number {
    return this.#jobsSent;
  }

  /** What was settled for the newest of them. */
  get settledTarget(): bigint {
    return this.#settledTarget;
  }

  /** What its shares have to meet: the same, or the network's target where that is easier. */
  get shareTarget(): bigint {
    return this.#shareTarget;
  }

  /** Submissions that wait for a verdict. */
  get pending(): number {
    return this.#calls?.size ?? 0;
  }

  /**
   * One line from the miner, without its line end.
   * @param line bytes as a `LineSplitter` cuts them
   * @param now milliseconds of a monotonic clock
   * @throws AditError `ADIT_BAD_BYTES` for text; nothing that comes over the wire makes it throw
   */
  line(line: Uint8Array, now: number): ServerEffect<Submission>[] {
    const message = parseMessage(line);
    const kind = kindOf(message);
    this.#options.onMessage?.(kind);
    const wait = this.#budget.spend(kind, now);
    if (wait > 0) this.effect({ kind: 'slow', ms: Math.min(wait, LONGEST_PAUSE_MS), sent: kind });
    if (message.kind === 'fault') {
      this.refuse({ id: message.id, method: '', params: [] }, 'malformed', message.fault);
    } else if (message.kind === 'response') {
      if (!this.expects(message.id)) this.effect({ kind: 'unasked' });
    } else {
      const id = message.kind === 'request' ? message.id : undefined;
      this.#dispatch({ id, method: message.method, params: message.params }, now);
    }
    return this.drain();
  }

  /** Words for the person behind the miner; before the subscription nobody would read them. */
  showMessage(text: string): ServerEffect<Submission>[] {
    if (this.#subscribed) this.send(showMessageLine(text));
    return this.drain();
  }

  /** Asks the miner to connect again. @param to where; to the same address where left out */
  reconnect(to?: { host: string; port: number; waitSeconds: number }): ServerEffect<Submission>[] {
    if (this.#subscribed) this.send(reconnectLine(to === undefined ? undefined : this.#spelled(to)));
    return this.drain();
  }

  /** The pool's answer to a submission. Each token once; an unknown one does nothing. */
  verdict(token: number, verdict: Told, now: number): ServerEffect<Submission>[] {
    const call = this.#calls?.get(token);
    if (call === undefined) return [];
    this.#calls?.delete(token);
    this.#flush(token, this.#verdictLine(call, verdict), now);
    if (this.#held && this.pending <= this.#limits.pendingSubmissions / 2) {
      this.#held = false;
      this.effect({ kind: 'go_on' });
    }
    return this.drain();
  }

  protected abstract call(call: Call, now: number): void;
  /** Decodes a submission to bytes, or says why it cannot be one. */
  protected abstract decode(params: readonly unknown[]): { submission: Submission; job: number } | Refusal;
  /** The worker's first job is due. */
  protected abstract onReady(now: number): void;
  /** A submission for this job now waits for its verdict. */
  protected noteSubmission(_token: number, _job: number): void {}
  /** The miner has been told about this submission, refused ones included. */
  protected afterVerdict(_token: number, _now: number): void {}
  /** The wire code of a reason in this dialect. */
  protected codeOf(reason: RejectReason): number {
    return REJECTS[reason].code;
  }

  /** A job leaves. */
  protected noteJob(settledTarget: bigint, shareTarget: bigint): void {
    this.#jobsSent += 1;
    this.#settledTarget = settledTarget;
    this.#shareTarget = shareTarget;
  }

  protected drain(): ServerEffect<Submission>[] {
    const effects = this.#effects ?? (NOTHING as readonly never[] as never[]);
    this.#effects = undefined;
    return effects;
  }

  protected effect(effect: ServerEffect<Submission>): void {
    this.#effects ??= [];
    this.#effects.push(effect);
  }

  protected send(data: string | Uint8Array): void {
    this.effect({ kind: 'send', data });
  }

  /** A line that answers something; a dialect may put it off. */
  protected reply(lines: string): void {
    this.send(lines);
  }

  protected answer(call: Call, result: unknown): void {
    if (call.id !== undefined) this.reply(resultLine(call.id, result));
  }

  protected refuse(call: Call, reason: RejectReason, detail: string): void {
    if (call.id !== undefined) this.reply(this.#errorLine(call.id, reason, detail));
    this.effect({ kind: 'refused', reason, detail, submission: false });
  }

  /** @param agent as the miner sent it; of anything but a text nothing is shown */
  protected markSubscribed(agent: unknown): void {
    this.#subscribed = true;
    this.#agent = cleanAgent(agent);
    this.effect({ kind: 'subscribed', agent: this.#agent });
  }

  /** Whether the miner was asked for this answer. Called once for each answer. @param _id as JSON text */
  protected expects(_id: string | undefined): boolean {
    return false;
  }

  #dispatch(call: Call, now: number): void {
    if (call.method === 'mining.authorize') this.#authorize(call, now);
    else if (call.method === 'mining.submit') this.#submit(call, now);
    else this.call(call, now);
  }

  /** To be called by a dialect for whatever it does not know: answered, never ignored. */
  protected unknown(call: Call): void {
    this.refuse(call, 'unknown_method', quoted(call.method));
  }

  #authorize(call: Call, now: number): void {
    const worker = parseWorkerName(call.params[0]);
    if (worker === undefined) {
      this.refuse(call, 'unauthorized', workerNameFault(call.params[0]) ?? 'bad worker name');
      return;
    }
    if (!this.workers.has(worker.full) && this.workers.size >= MAX_WORKERS_PER_CONNECTION) {
      this.refuse(
        call,
        'unauthorized',
        `no more than ${MAX_WORKERS_PER_CONNECTION} workers fit one connection`,
      );
      return;
    }
    const [, text] = call.params;
    const { password, difficulty } = parsePassword(typeof text === 'string' ? text : '');
    const decision = (this.#options.authorize ?? EVERYBODY)(worker, password);
    if (decision !== true) {
      this.refuse(call, 'unauthorized', decision);
      return;
    }
    const first = this.workers.size === 0;
    this.workers.add(worker);
    this.answer(call, true);
    const fault = typeof difficulty === 'object' ? difficulty.fault : undefined;
    // Mining goes on at the port's difficulty: a slip in the password must not cost the work.
    if (fault !== undefined) this.send(showMessageLine(fault));
    this.effect({
      kind: 'authorized',
      worker,
      difficulty: typeof difficulty === 'string' ? difficulty : undefined,
    });
    if (first && this.#subscribed) this.onReady(now);
  }

  #submit(call: Call, now: number): void {
    this.#replies ??= new ReplyQueue();
    if (this.#replies.length >= MAX_WAITING_REPLIES) {
      this.refuse(call, 'overloaded', 'this connection is closed');
      const detail = `${MAX_WAITING_REPLIES} submissions wait for their answers`;
      this.effect({ kind: 'close', cause: 'unanswered', detail });
      return;
    }
    const token = this.#replies.reserve();
    const decoded = this.#judge(call.params);
    if ('reason' in decoded) {
      const { reason, detail }: Refusal = decoded;
      this.effect({ kind: 'refused', reason, detail: detail ?? '', submission: true });
      this.#flush(token, call.id === undefined ? '' : this.#errorLine(call.id, reason, detail), now);
      return;
    }
    this.#calls ??= new Map();
    this.#calls.set(token, call);
    this.noteSubmission(token, decoded.job);
    this.effect({ kind: 'submit', token, submission: decoded.submission });
    if (this.#held || this.pending < this.#limits.pendingSubmissions) return;
    // A disk may be slow for once. Refused, they would be lost work; unread, they wait with their sender.
    this.#held = true;
    this.effect({ kind: 'hold' });
  }

  /** Answers leave in the order of the submissions; the dialect hears of each that left. */
  #flush(token: number, line: string, now: number): void {
    if (this.#replies === undefined) return;
    const { lines, tokens } = this.#replies.answer(token, line);
    if (lines !== '') this.reply(lines);
    for (const answered of tokens) this.afterVerdict(answered, now);
  }

  #judge(params: readonly unknown[]): { submission: Submission; job: number } | Refusal {
    if (!this.#subscribed) return { reason: 'not_subscribed' };
    const worker = params[0];
    if (typeof worker !== 'string')
      return { reason: 'bad_params', detail: 'params[0] must be the worker name' };
    if (!this.workers.has(worker)) return { reason: 'unauthorized', detail: quoted(worker) };
    return this.decode(params);
  }

  #verdictLine(call: Call, verdict: Told): string {
    if (call.id === undefined) return '';
    return verdict.accepted
      ? resultLine(call.id, true)
      : this.#errorLine(call.id, verdict.reason, verdict.detail);
  }

  get #limits(): MessageLimits {
    return this.#options.limits ?? MESSAGE_LIMITS;
  }

  /** nheqminer throws where the port is a number, although ZIP 301 says that it is one. */
  #spelled(to: { host: string; port: number; waitSeconds: number }) {
    return this.#agent.startsWith('nheqminer') ? { ...to, port: String(to.port) } : to;
  }

  #errorLine(id: string, reason: RejectReason, detail: string | undefined): string {
    return errorLine(id, this.codeOf(reason), rejectText(reason, detail), this.#options.failedResult ?? null);
  }
}

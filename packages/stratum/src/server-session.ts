import { reconnectLine, showMessageLine } from './client-messages.ts';
import { parseMessage } from './message.ts';
import { MessageBudget } from './message-budget.ts';
import { kindOf, MESSAGE_LIMITS, type MessageKind, type MessageLimits } from './message-limits.ts';
import { parsePassword } from './password.ts';
import { readLogin } from './read-login.ts';
import { REJECTS, type RejectReason, rejectText, type Told } from './reject.ts';
import { errorLine, type FailedResult, quoted, resultLine } from './reply.ts';
import { ReplyQueue } from './reply-queue.ts';
import { cleanAgent, MAX_WAITING_REPLIES, MAX_WORKERS_PER_CONNECTION, type ServerEffect } from './session.ts';
import { WaitingCalls } from './waiting-calls.ts';
import {
  type AccountReader,
  type Aliases,
  type Authorizer,
  MAX_WORKER_NAME,
  portAuthorizer,
} from './worker-name.ts';
import { Workers } from './workers.ts';

/** Why a session refuses a submission before it reaches the pool. */
export interface Refusal {
  readonly reason: RejectReason;
  readonly detail?: string;
}

/** A request that waits for its answer. Without an id it is a notification, which gets no answer. */
export interface Call {
  readonly id: string | undefined;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** Options of the server sessions of both dialects. */
export interface CoreOptions {
  /** Decides whether a worker may mine. Default: all may (`portAuthorizer()`). */
  readonly authorize?: Authorizer;
  /** Short names that miners may send for accounts. Authorizer and pool get the accounts. Default: none. */
  readonly aliases?: Aliases;
  /** Reads accounts, those of aliases too. Authorizer and pool get what it makes of them. Default: any name is an account. */
  readonly readAccount?: AccountReader;
  /** Whether all workers of a connection must have one account: its jobs are made for that account. Default: false. */
  readonly oneAccount?: boolean;
  /** The `result` of a reply with an error. Default: null, as in ZIP 301; TrueStratum has false. */
  readonly failedResult?: FailedResult;
  readonly limits?: MessageLimits;
  /** The session calls it for every line, for the metrics of the port. */
  readonly onMessage?: (kind: MessageKind) => void;
}

/** The empty list of effects. All sessions share it, because most lines have no effects. */
const NOTHING: readonly never[] = [];
/** All sessions share it: a closure for each connection would cost memory. */
const EVERYBODY = portAuthorizer();
/** Longest pause of reading: short enough that the pool soon reads a miner again that has stopped flooding. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * The common part of the server sides of both dialects: it reads lines, authorises workers, and keeps the ordered queue
 * of answers to submissions. A dialect adds its methods and its jobs.
 */
export abstract class ServerSession<Submission> {
  readonly #options: CoreOptions;
  /** Made with the first submission, to keep idle connections small. */
  #replies: ReplyQueue | undefined;
  /** Submissions that wait for a verdict, by token. Made with the first submission. */
  #calls: WaitingCalls<Call> | undefined;
  readonly #budget: MessageBudget;
  readonly workers = new Workers();
  #agent = '';
  #effects: ServerEffect<Submission>[] | undefined;
  #subscribed = false;
  #jobsSent = 0;
  #settledTarget = 0n;
  #shareTarget = 0n;

  constructor(options: CoreOptions) {
    this.#options = options;
    this.#budget = new MessageBudget(this.#limits);
  }

  /** The user agent, fit for display; empty before the subscription. */
  get agent(): string {
    return this.#agent;
  }

  get subscribed(): boolean {
    return this.#subscribed;
  }

  /** Number of jobs sent, including jobs that were sent again. */
  get jobsSent(): number {
    return this.#jobsSent;
  }

  /** The target that was settled for the newest job. */
  get settledTarget(): bigint {
    return this.#settledTarget;
  }

  /** The target that shares of the newest job must meet: the settled one, or the network's target if that is easier. */
  get shareTarget(): bigint {
    return this.#shareTarget;
  }

  /** Submissions that wait for a verdict. */
  get pending(): number {
    return this.#calls?.size ?? 0;
  }

  /**
   * Handles one line from the miner.
   * @param line bytes without the line end, as a `LineSplitter` cuts them
   * @param now milliseconds of a monotonic clock
   * @throws AditError `ADIT_BAD_BYTES` for text. No bytes from the wire make it throw.
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

  /**
   * Sends a text to the person who runs the miner. Before the subscription no miner would show it, so it is dropped.
   */
  showMessage(text: string): ServerEffect<Submission>[] {
    if (this.#subscribed) this.send(showMessageLine(text));
    return this.drain();
  }

  /** Asks the miner to connect again. @param to the new address; without it, the same address */
  reconnect(to?: { host: string; port: number; waitSeconds: number }): ServerEffect<Submission>[] {
    if (this.#subscribed) this.send(reconnectLine(to === undefined ? undefined : this.#spelled(to)));
    return this.drain();
  }

  /** Takes the pool's verdict on a submission, once for each token. An unknown token has no effect. */
  verdict(token: number, verdict: Told, now: number): ServerEffect<Submission>[] {
    const call = this.#calls?.take(token, verdict.accepted);
    if (call === undefined) return [];
    this.#flush(token, this.#verdictLine(call, verdict), now);
    return this.look(now);
  }

  /**
   * Asks to read on where the hold has lasted long enough. To be called about every second, since verdicts may not come.
   */
  look(now: number): ServerEffect<Submission>[] {
    if (this.#calls?.goesOn(this.#limits, now) === true) this.effect({ kind: 'go_on' });
    return this.drain();
  }

  protected abstract call(call: Call, now: number): void;
  /** Decodes a submission to bytes, or says why it cannot be decoded. */
  protected abstract decode(params: readonly unknown[]): { submission: Submission; job: number } | Refusal;
  /** The miner is ready for its first job. */
  protected abstract onReady(now: number): void;
  /** A submission for this job starts to wait for its verdict. */
  protected noteSubmission(_token: number, _job: number): void {}
  /** The answer to this submission was sent, also if it was refused. */
  protected afterVerdict(_token: number, _now: number): void {}
  /** Characters of the longest worker name in this dialect. */
  protected get longestName(): number {
    return MAX_WORKER_NAME;
  }
  /** The wire code of a reason in this dialect. */
  protected codeOf(reason: RejectReason): number {
    return REJECTS[reason].code;
  }

  /** A dialect calls it for each job that it sends. */
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

  /** Sends lines that answer requests; a dialect may delay them. */
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

  /** Whether the session asked the miner for this answer. Called once for each answer. @param _id as JSON text */
  protected expects(_id: string | undefined): boolean {
    return false;
  }

  #dispatch(call: Call, now: number): void {
    if (call.method === 'mining.authorize') this.#authorize(call, now);
    else if (call.method === 'mining.submit') this.#submit(call, now);
    else this.call(call, now);
  }

  /** A dialect calls it for each method that it does not know: such a request gets an error, and is never ignored. */
  protected unknown(call: Call): void {
    this.refuse(call, 'unknown_method', quoted(call.method));
  }

  #authorize(call: Call, now: number): void {
    const login = readLogin(call.params[0], this.longestName, this.#options, this.workers.first);
    if ('fault' in login) return this.#refuseLogin(call, login.fault, login.reason);
    const { sent, worker } = login;
    if (!this.workers.has(sent.full) && this.workers.size >= MAX_WORKERS_PER_CONNECTION) {
      return this.#refuseLogin(call, `no more than ${MAX_WORKERS_PER_CONNECTION} workers fit one connection`);
    }
    const [, text] = call.params;
    const { password, difficulty } = parsePassword(typeof text === 'string' ? text : '');
    const decision = (this.#options.authorize ?? EVERYBODY)(worker, password);
    if (decision !== true) return this.#refuseLogin(call, decision);
    const first = this.workers.size === 0;
    this.workers.add(worker);
    this.answer(call, true);
    const fault = typeof difficulty === 'object' ? difficulty.fault : undefined;
    // The miner goes on with the port's difficulty: a typing error in the password must not stop it from mining.
    if (fault !== undefined) this.send(showMessageLine(fault));
    this.effect({
      kind: 'authorized',
      worker,
      difficulty: typeof difficulty === 'string' ? difficulty : undefined,
    });
    if (first && this.#subscribed) this.onReady(now);
  }

  #refuseLogin(call: Call, detail: string, reason: RejectReason = 'unauthorized'): void {
    if (call.id !== undefined) this.reply(this.#errorLine(call.id, reason, detail));
    const [name] = call.params;
    const login = typeof name === 'string' ? name.slice(0, this.longestName) : '';
    this.effect({ kind: 'refused', reason, detail, submission: false, login });
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
    this.#calls ??= new WaitingCalls();
    const hold = this.#calls.add(token, call, this.#limits, now);
    this.noteSubmission(token, decoded.job);
    this.effect({ kind: 'submit', token, submission: decoded.submission });
    // The disk may be slow for a moment. Refused submissions would be lost work; unread ones wait on the miner's side.
    if (hold) this.effect({ kind: 'hold' });
  }

  /** Sends answers in the order of the submissions, and tells the dialect about each one that was sent. */
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

  /** nheqminer throws an error if the port is a number, although ZIP 301 says that it is a number. */
  #spelled(to: { host: string; port: number; waitSeconds: number }) {
    return this.#agent.startsWith('nheqminer') ? { ...to, port: String(to.port) } : to;
  }

  #errorLine(id: string, reason: RejectReason, detail: string | undefined): string {
    return errorLine(id, this.codeOf(reason), rejectText(reason, detail), this.#options.failedResult ?? null);
  }
}

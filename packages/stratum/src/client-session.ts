import { AditError } from '@adit/primitives';
import type { Dialect } from './dialect.ts';
import { parseMessage } from './message.ts';
import { errorLine, requestLine, resultLine } from './reply.ts';

/** Why a client session gives up its connection. */
export type BrokenCause =
  /** The pool's answer to a request is not usable. */
  | 'bad_answer'
  | 'bad_target'
  | 'bad_nonce1'
  | 'bad_job'
  /** A job came before the answer to the subscription. */
  | 'job_too_early'
  /** Too many submissions have no answer. */
  | 'unanswered';

/** What a client session wants done, in order. `Job` and `Extra` belong to the dialect. */
export type ClientEffect<Job, Extra = never> =
  | { readonly kind: 'send'; readonly data: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'job'; readonly job: Job; readonly clean: boolean }
  /** The pool's answer to `submit(token)`. */
  | { readonly kind: 'result'; readonly token: number; readonly accepted: boolean; readonly reason: string }
  | { readonly kind: 'message'; readonly text: string }
  /** The pool asks the miner to connect elsewhere. The caller decides whether to follow. */
  | {
      readonly kind: 'reconnect';
      readonly host?: string;
      readonly port?: number;
      readonly waitSeconds: number;
    }
  /** The pool sent something impossible: connect again. The detail is for people. */
  | { readonly kind: 'broken'; readonly cause: BrokenCause; readonly detail: string }
  /** The pool refused the worker: to connect again would not help. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It is certain that the pool speaks another dialect than the session: to connect again would not help. */
  | { readonly kind: 'other_dialect'; readonly dialect: Dialect }
  /** The pool sent something odd that does no harm. */
  | { readonly kind: 'note'; readonly text: string }
  | Extra;

/** Submissions that may wait for an answer. A pool that leaves so many without one is gone. */
const MAX_UNANSWERED = 1024;

/** The pool's answer to a request. */
export interface PoolAnswer {
  readonly result: unknown;
  readonly error: unknown;
}

/**
 * The common part of the client sides of both dialects: requests and their answers, and the pool's own requests. It is
 * pure, like the server side. No bytes from the pool make it throw.
 */
export abstract class ClientSession<Job, Extra = never> {
  readonly #agent: string;
  /** Tokens by request id, in the order in which the submissions were sent. */
  readonly #submissions = new Map<string, number>();
  readonly #requests = new Map<string, (answer: PoolAnswer) => void>();
  #effects: (ClientEffect<Job, Extra> | Extra)[] = [];
  #nextSubmission: number;

  /** @param firstSubmissionId request id of the first submission; later ones count up from it */
  constructor(agent: string, firstSubmissionId: number) {
    checkText(agent, 'agent');
    this.#agent = agent;
    this.#nextSubmission = firstSubmissionId;
  }

  /** Begins the session once the connection is open. */
  open(): ClientEffect<Job, Extra>[] {
    this.begin();
    return this.drain();
  }

  /** Handles one line from the pool, without its line end. */
  line(line: Uint8Array): ClientEffect<Job, Extra>[] {
    const message = parseMessage(line);
    if (message.kind === 'fault') this.note(`a line that is no message: ${message.fault}`);
    else if (message.kind === 'response') this.#onResponse(message.id, message);
    else this.#onCall(message.kind === 'request' ? message.id : 'null', message.method, message.params);
    return this.drain();
  }

  protected abstract begin(): void;
  /** Handles a notification of the dialect. @returns false if it does not know the method */
  protected abstract notified(method: string, params: readonly unknown[]): boolean;

  protected effect(effect: ClientEffect<Job, Extra>): void {
    this.#effects.push(effect);
  }

  protected drain(): ClientEffect<Job, Extra>[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects as ClientEffect<Job, Extra>[];
  }

  /**
   * @param dialect another dialect than that of the session, where it is certain that the pool speaks it
   * @returns whether it is
   */
  protected isOther(dialect: Dialect | undefined): boolean {
    if (dialect !== undefined) this.effect({ kind: 'other_dialect', dialect });
    return dialect !== undefined;
  }

  protected note(text: string): void {
    this.effect({ kind: 'note', text });
  }

  protected broken(cause: BrokenCause, detail: string): void {
    this.effect({ kind: 'broken', cause, detail });
  }

  protected jobTooEarly(): void {
    this.broken('job_too_early', 'a job came before the answer to mining.subscribe');
  }

  /** Gives up because an answer is not usable. The detail is the pool's own text, or else what was expected. */
  protected unusable(method: string, error: unknown, expected: string): void {
    const words = isNothing(error) ? expected : reasonOf(error);
    this.broken('bad_answer', `no usable answer to ${method}: ${words}`);
  }

  protected request(
    id: number,
    method: string,
    params: readonly unknown[],
    then: (answer: PoolAnswer) => void,
  ): void {
    this.#requests.set(String(id), then);
    this.effect({ kind: 'send', data: requestLine(id, method, params) });
  }

  protected authorize(id: number, worker: string, password: string, then: () => void): void {
    this.request(id, 'mining.authorize', [worker, password], ({ result, error }) => {
      if (result === true && isNothing(error)) then();
      else this.effect({ kind: 'refused', reason: `the pool refuses ${worker}: ${reasonOf(error)}` });
    });
  }

  protected send(token: number, params: readonly unknown[]): void {
    if (this.#submissions.size >= MAX_UNANSWERED) {
      this.broken('unanswered', `${MAX_UNANSWERED} submissions have no answer`);
      return;
    }
    const id = this.#nextSubmission;
    this.#nextSubmission += 1;
    this.#submissions.set(String(id), token);
    this.effect({ kind: 'send', data: requestLine(id, 'mining.submit', params) });
  }

  #onResponse(id: string | undefined, answer: PoolAnswer): void {
    // Some pools put ids in quotes, and in one protocol document the answer to a submission has no id at all.
    const key = id === undefined ? undefined : id.replace(/^"(.*)"$/, '$1');
    const request = key === undefined ? undefined : this.#requests.get(key);
    if (key !== undefined && request !== undefined) {
      this.#requests.delete(key);
      request(answer);
      return;
    }
    const submission = key === undefined ? this.#submissions.keys().next().value : key;
    const token = submission === undefined ? undefined : this.#submissions.get(submission);
    if (submission === undefined || token === undefined) {
      if (!isNothing(answer.error)) this.effect({ kind: 'message', text: reasonOf(answer.error) });
      return;
    }
    this.#submissions.delete(submission);
    const accepted = answer.result === true && isNothing(answer.error);
    this.effect({ kind: 'result', token, accepted, reason: accepted ? '' : reasonOf(answer.error) });
  }

  #onCall(id: string, method: string, params: readonly unknown[]): void {
    if (method === 'client.get_version') this.#reply(resultLine(id, this.#agent), id);
    else if (method === 'client.show_message') {
      this.effect({ kind: 'message', text: printable(params[0]) });
      this.#reply(resultLine(id, true), id);
    } else if (method === 'client.reconnect') this.#onReconnect(params);
    else if (!this.notified(method, params)) {
      this.note(`the pool sent ${printable(method)}, which means nothing here`);
      this.#reply(errorLine(id, 20, 'Unknown method', null), id);
    }
  }

  #reply(line: string, id: string): void {
    if (id !== 'null') this.effect({ kind: 'send', data: line });
  }

  /** @param params `[]` or `[host, port, wait]`; the port may be a number or a string */
  #onReconnect(params: readonly unknown[]): void {
    const [host, port, wait] = params;
    const number = typeof port === 'string' && /^[0-9]{1,5}$/.test(port) ? Number(port) : port;
    const seconds = typeof wait === 'number' && wait >= 0 ? Math.min(wait, 600) : 0;
    this.effect({
      kind: 'reconnect',
      waitSeconds: seconds,
      ...(typeof host === 'string' && host !== '' ? { host: printable(host) } : {}),
      ...(typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65536
        ? { port: number }
        : {}),
    });
  }
}

/**
 * Checks an option that must be a text: anything else would reach the pool as JSON of another type, or not at all.
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function checkText(value: string, what: string): void {
  if (typeof value === 'string') return;
  throw new AditError('ADIT_BAD_OPTION', `${what} must be a text, not ${String(value)}`);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}

/** The text of an error in any of the shapes that pools send: array, object, text. */
function reasonOf(error: unknown): string {
  if (Array.isArray(error) && typeof error[1] === 'string') return printable(error[1]);
  if (typeof error === 'string') return printable(error);
  if (typeof error === 'object' && error !== null && 'message' in error) return printable(error.message);
  return 'no reason given';
}

/**
 * Makes text from the pool fit for a terminal: short, without control characters, line breaks and changes of direction.
 */
export function printable(text: unknown): string {
  return typeof text === 'string' ? text.slice(0, 200).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?') : '';
}

import {
  REJECTS,
  type RejectReason,
  SERVER_LINE_LIMIT,
  type ServerEffect,
  type Verdict,
} from '@adit/stratum';
import type { Reading } from './reading.ts';
import { spelling } from './targets/bytes.ts';
import { demand } from './violation.ts';

/** Bytes that a reply may have besides the id that it repeats. */
const MOST_BESIDE_ID = 512;
const CODES = new Set([20, 21, 22, 23, 24, 25, -1]);

interface Place {
  /** Undefined for a notification, which gets no answer. */
  readonly id: string | undefined;
  readonly job: string;
  /** Undefined if the session refused it by itself. */
  readonly token: number | undefined;
  verdict: Verdict | 'waiting' | 'refused';
}

/** The terms with which a job was sent. */
export interface Terms {
  readonly target: string;
  /** Undefined if the miner did not get it: it subscribed with a notification, which gets no answer. */
  readonly nonce1: string | undefined;
}

interface Sent {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: readonly unknown[];
  readonly result?: unknown;
  readonly error?: unknown;
}

type Effects = readonly ServerEffect<unknown>[];

/** The decoded form of a submission, to compare with the sent one. */
export type CheckSubmission = (submission: unknown, params: readonly unknown[], terms: Terms) => void;

/**
 * A second model of a server session, written without its code: it gets the same input as the session, and checks all
 * output of the session.
 */
export class ServerOracle {
  readonly #check: CheckSubmission;
  readonly #failed: null | false;
  readonly #jobNotFound: number;
  readonly #authorized: () => boolean;
  readonly workers = new Set<string>();
  readonly jobs = new Map<string, Terms>();
  readonly features = new Set<string>();
  readonly #queue: Place[] = [];
  readonly #tokens = new Set<number>();
  readonly #waiting = new Set<number>();
  #previous = '';
  #subscribed = false;
  #target: string | undefined;
  #lastJob: string | undefined;
  nonce1: string | undefined;
  sessionId: string | null = null;
  closed = false;
  /** The miner idles on the newest job. */
  owesJob = false;

  constructor(options: {
    readonly check: CheckSubmission;
    readonly failed: null | false;
    /** The code of the dialect for this reason. */
    readonly jobNotFound: number;
    /** Whether the authoriser said yes during this call. */
    readonly authorized: () => boolean;
  }) {
    this.#check = options.check;
    this.#failed = options.failed;
    this.#jobNotFound = options.jobNotFound;
    this.#authorized = options.authorized;
  }

  get subscribed(): boolean {
    return this.#subscribed;
  }

  get lastJob(): string | undefined {
    return this.#lastJob;
  }

  /** Tokens without a verdict, in the order of their submissions. */
  get waiting(): ReadonlySet<number> {
    return this.#waiting;
  }

  /** Called after the session got a line. */
  line(line: string, reading: Reading, effects: Effects): void {
    const isSubmit = 'method' in reading && reading.method === 'mining.submit';
    const own: string[] = [];
    if (isSubmit) this.#submission(reading as Reading & { kind: 'request' | 'notification' }, effects, own);
    else if (reading.kind === 'request' || reading.kind === 'fault') own.push(reading.id);
    this.#effects(effects, isSubmit, line.length);
    this.#answers(effects, own, line.length, false);
    this.#note('method' in reading ? known(reading.method) : reading.kind, effects);
    if (reading.kind !== 'notification') this.features.add(`${reading.kind} id ${spelling(reading.id)}`);
  }

  /** Called after the session got a verdict. @param token that of a waiting submission, or any other */
  verdict(token: number, verdict: Verdict, effects: Effects): void {
    const place = this.#queue.find((one) => one.token === token && one.verdict === 'waiting');
    if (place === undefined) demand(effects.length === 0, 'verdict', `token ${token} had its verdict`);
    else {
      place.verdict = verdict;
      this.#waiting.delete(token);
    }
    this.#effects(effects, false, 0);
    this.#answers(effects, [], 0, verdict.accepted);
    this.#note(`verdict ${verdict.accepted ? 'yes' : verdict.reason}`, effects);
  }

  /** Called after the session got other input, which has no answer. */
  other(what: string, effects: Effects): void {
    this.#effects(effects, false, 0);
    this.#answers(effects, [], 0, false);
    this.#note(what, effects);
  }

  /** Checks the state of the session after every call. */
  state(session: { pending: number; agent: string; subscribed: boolean; workers: { size: number } }): void {
    const { pending, agent, subscribed, workers } = session;
    demand(pending === this.#waiting.size, 'pending', `${pending} pending, not ${this.#waiting.size}`);
    demand(this.#queue.length <= 1_024, 'bound', `${this.#queue.length} replies wait`);
    demand(workers.size === this.workers.size && workers.size <= 256, 'bound', `${workers.size} workers`);
    demand(/^[\x20-\x7e]{0,64}$/.test(agent), 'words', `the agent is ${JSON.stringify(agent)}`);
    demand(subscribed === this.#subscribed, 'state', `subscribed: ${subscribed}`);
  }

  #submission(
    reading: Reading & { kind: 'request' | 'notification' },
    effects: Effects,
    own: string[],
  ): void {
    const id = reading.kind === 'request' ? reading.id : undefined;
    const [, named] = reading.params;
    const job = typeof named === 'string' ? named : '';
    const submits = effects.filter((effect) => effect.kind === 'submit');
    const closes = effects.some((effect) => effect.kind === 'close');
    demand(submits.length <= 1, 'submit', 'one line, and more than one submission');
    for (const { submission } of submits) {
      const [worker] = reading.params;
      demand(this.#subscribed, 'submit', 'not subscribed');
      demand(typeof worker === 'string' && this.workers.has(worker), 'submit', 'not authorised');
      demand(isRecord(submission) && submission['worker'] === worker, 'submit', 'of another worker');
      const terms = this.jobs.get(job);
      if (terms === undefined) {
        const between = [...this.jobs.keys()].some((known) => known < job);
        demand(between && job < (this.#lastJob ?? ''), 'submit', `job ${job} was never sent`);
      } else this.#check(submission, reading.params, terms);
    }
    if (closes) {
      // The queue is full: the session refuses the share at once, out of order, and ends the connection.
      demand(
        this.#queue.length >= 1_024 && submits.length === 0,
        'close',
        `${this.#queue.length} replies wait`,
      );
      if (id !== undefined) own.push(id);
      return;
    }
    const [submit] = submits;
    if (submit !== undefined) {
      demand(!this.#tokens.has(submit.token), 'token', `token ${submit.token} was given before`);
      this.#tokens.add(submit.token);
      this.#waiting.add(submit.token);
    }
    this.#queue.push({
      id,
      job,
      token: submit?.token,
      verdict: submit === undefined ? 'refused' : 'waiting',
    });
  }

  #effects(effects: Effects, isSubmit: boolean, length: number): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'submit':
        case 'hold':
          demand(isSubmit, 'submit', 'without a submission');
          break;
        case 'subscribed':
          demand(!this.#subscribed, 'subscribed', 'twice');
          this.#subscribed = true;
          break;
        case 'authorized': {
          const { full, account, rig } = effect.worker;
          demand(/^[\x20-\x7e]{1,128}$/.test(full), 'worker', JSON.stringify(full));
          demand(full === account || full === `${account}.${rig}`, 'worker', JSON.stringify(effect.worker));
          demand(this.#authorized(), 'authorized', 'nobody said yes');
          const { difficulty } = effect;
          demand(
            difficulty === undefined ||
              (/^[0-9]{1,15}(\.[0-9]{1,9})?$/.test(difficulty) && Number(difficulty) > 0),
            'difficulty',
            String(difficulty),
          );
          this.workers.add(full);
          break;
        }
        case 'refused':
          demand(Object.hasOwn(REJECTS, effect.reason), 'reason', effect.reason);
          demand(/^[\x20-\x7e]{0,300}$/.test(effect.detail), 'words', JSON.stringify(effect.detail));
          break;
        case 'suggest':
          demand(effect.target >= 0n && effect.target < 1n << 256n, 'suggest', String(effect.target));
          break;
        case 'slow':
          demand(effect.ms > 0 && effect.ms <= 5_000, 'slow pause', String(effect.ms));
          break;
        case 'close':
          demand(isSubmit && effect.detail.length < 200, 'close', effect.detail);
          this.closed = true;
          break;
        case 'send':
          demand(effect.data.length <= (length + MOST_BESIDE_ID) * 1_100, 'bound', 'a line is too long');
          break;
        case 'resumed':
          demand(!this.#subscribed && this.sessionId !== effect.sessionId, 'resumed', effect.sessionId);
          break;
      }
    }
  }

  /** Checks that exactly the due answers come: that of the line, and those of the queue that are known, in order. */
  #answers(effects: Effects, own: readonly string[], length: number, credit: boolean): void {
    const due: { id: string; place?: Place }[] = own.map((id) => ({ id }));
    while (this.#queue[0] !== undefined && this.#queue[0].verdict !== 'waiting') {
      const place = this.#queue.shift() as Place;
      if (place.id !== undefined) due.push({ id: place.id, place });
      if (place.job === this.#lastJob) this.owesJob = true;
    }
    const sent = messagesOf(effects, Math.max(length, SERVER_LINE_LIMIT) + MOST_BESIDE_ID);
    let answered = 0;
    for (const [text, message] of sent) {
      if (message.method !== undefined) {
        this.#told(text, message);
        continue;
      }
      const next = due[answered];
      answered += 1;
      demand(next !== undefined, 'reply', () => `nobody asked for ${text.slice(0, 200)}`);
      demand(text.startsWith(`{"id":${next.id},"result":`), 'reply', () => {
        return `the answer to ${next.id.slice(0, 100)} is ${text.slice(0, 200)}`;
      });
      this.#answer(message, next.place, text);
    }
    demand(answered === due.length, 'reply', () => {
      const lost = due.slice(answered).map(({ id }) => id.slice(0, 100));
      return `no answer to ${lost.join(', ')}${credit ? ', whose verdict is there' : ''}`;
    });
  }

  #answer({ result, error }: Sent, place: Place | undefined, text: string): void {
    const verdict = place?.verdict;
    if (error === null) {
      const isTrue = typeof verdict === 'object' && verdict.accepted;
      demand(place === undefined || (result === true && isTrue), 'credit', `${text} without a good share`);
      if (Array.isArray(result) && typeof result[1] === 'string') this.#subscribeReply(result);
      return;
    }
    demand(result === this.#failed, 'reply', `beside an error stands ${JSON.stringify(result)}`);
    demand(Array.isArray(error) && error.length === 3 && error[2] === null, 'reply', JSON.stringify(error));
    const [code, words] = error as unknown[];
    demand(typeof code === 'number' && CODES.has(code), 'reply', `code ${String(code)}`);
    demand(typeof words === 'string' && /^[\x20-\x7e]{1,400}$/.test(words), 'words', JSON.stringify(words));
    if (typeof verdict === 'object') {
      demand(!verdict.accepted && words.startsWith(REJECTS[verdict.reason].text), 'verdict', words);
      demand(code === this.#codeOf(verdict.reason), 'verdict', `${code} for ${verdict.reason}`);
    } else if (place !== undefined) demand(verdict === 'refused', 'verdict', 'answered before its verdict');
  }

  /** `[session, nonce1]`, or `[[...], nonce1, size]`: the answer to mining.subscribe, and to the request for seeds. */
  #subscribeReply(result: readonly unknown[]): void {
    const [first, nonce1] = result;
    if (Array.isArray(first) && first[0] !== 'mining.notify') return;
    this.nonce1 = String(nonce1);
    this.sessionId = typeof first === 'string' ? first : null;
  }

  #told(text: string, { method, params = [] }: Sent): void {
    switch (method) {
      case 'mining.set_target':
      case 'mining.set_difficulty':
        demand(/^([0-9a-f]{32}){1,2}$/.test(String(params[0])), 'target', text);
        this.#target = String(params[0]);
        break;
      case 'mining.set_extranonce':
        demand(/^([0-9a-f]{2}){1,17}$/.test(String(params[0])), 'nonce1', text);
        this.nonce1 = String(params[0]);
        break;
      case 'mining.notify':
        this.#toldJob(String(params[0]));
        break;
      default:
        demand(
          ['client.show_message', 'client.reconnect', 'client.get_version'].includes(method ?? ''),
          'told',
          text,
        );
    }
  }

  #toldJob(id: string): void {
    demand(this.#subscribed, 'job', 'before the subscription');
    const target = this.#target;
    demand(target !== undefined, 'target before job', `no target before job ${id}`);
    const terms = this.jobs.get(id) ?? { target, nonce1: this.nonce1 };
    demand(terms.target === target, 'target before job', `job ${id} comes again with another target`);
    const known = terms.nonce1 !== undefined && this.nonce1 !== undefined;
    demand(!known || terms.nonce1 === this.nonce1, 'nonce1', `job ${id} comes again with another nonce1`);
    this.jobs.set(id, terms);
    this.#lastJob = id;
    this.owesJob = false;
  }

  #codeOf(reason: RejectReason): number {
    return reason === 'job_not_found' ? this.#jobNotFound : REJECTS[reason].code;
  }

  #note(what: string, effects: Effects): void {
    const kinds = effects.map((effect) => {
      if (effect.kind === 'refused') return `${effect.reason} ${effect.detail.replace(/".*|[0-9]+/s, '')}`;
      if (effect.kind === 'slow') return `slow ${effect.sent}`;
      return effect.kind;
    });
    const now = `${what}: ${kinds.slice(0, 6).join(', ')}`;
    this.features.add(now);
    this.features.add(`${this.#previous} > ${now}`);
    this.#previous = now;
  }
}

/** All unknown methods together are one feature. */
function known(method: string): string {
  return /^mining\.[a-z_.]{1,30}$/.test(method) ? method : 'another method';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** @returns the lines that the effects write: one JSON object each */
export function messagesOf(
  effects: readonly { readonly kind: string }[],
  most: number,
): (readonly [text: string, message: Sent])[] {
  let text = '';
  for (const effect of effects) {
    if (effect.kind !== 'send') continue;
    const { data } = effect as { readonly kind: 'send'; readonly data: string | Uint8Array };
    text += typeof data === 'string' ? data : Buffer.from(data).toString();
  }
  if (text === '') return [];
  demand(text.endsWith('\n'), 'line', () => `no line end: ${text.slice(-100)}`);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      demand(Buffer.byteLength(line) <= most, 'bound', `a line of ${line.length} bytes leaves`);
      let message: unknown;
      try {
        message = JSON.parse(line);
      } catch {
        message = undefined;
      }
      demand(isRecord(message) && !Array.isArray(message), 'line', `no JSON object: ${line.slice(0, 200)}`);
      return [line, message as Sent] as const;
    });
}

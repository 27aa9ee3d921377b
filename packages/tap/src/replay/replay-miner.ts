import { setTimeout as sleep } from 'node:timers/promises';
import type { DialOptions } from '@adit/net';
import { requireOwnPool, withPassword } from '@adit/wire';
import { type Conversation, type ConversationEvent, requireConnection } from '../recording/recording.ts';
import { ReplayConnection } from './replay-connection.ts';
import { replyShape } from './reply-shape.ts';
import { type Step, scriptOf, wireBytes } from './script.ts';

export interface ReplayMinerOptions extends DialOptions {
  /** Replaces the `***` of the recording. */
  readonly password: string;
  /** Leaves out the recorded pauses. */
  readonly fast: boolean;
  /** How long to wait for an answer or a connection, in milliseconds; 5 s where left out. */
  readonly answerMs?: number;
  /** Set where the user says that they operate the pool. Without it the pool must be on this machine. */
  readonly operated?: boolean;
}

/** A request of the recording, and its answer now. */
export interface ReplayedRequest {
  readonly connection: number;
  readonly method: string;
  /** JSON text. */
  readonly id: string;
  /** The kind of the answer: `true`, `[text, text]`, `error 21`, `no answer`. */
  readonly recorded: string;
  readonly now: string;
  /** Whether the kinds are the same; true where the recording has no answer. */
  readonly same: boolean;
}

export interface ReplayReport {
  readonly requests: readonly ReplayedRequest[];
  /** Methods that the pool called in the recording and does not call now. */
  readonly missing: readonly { readonly connection: number; readonly method: string }[];
  /** Lines of the miner that the recording does not hold, so that they were not sent. */
  readonly skipped: number;
  /** Whether the replay was stopped before its end. */
  readonly stopped: boolean;
}

export interface ReplayMinerModules {
  readonly onRequest?: (request: ReplayedRequest) => void;
  /** Ends the replay early. */
  readonly signal?: AbortSignal;
}

/**
 * Plays the miner's part of a conversation to a pool. It sends every line in order, waits for an answer where the
 * recording has one, and compares their kinds. Values differ: nonce1, job ids and times are new, so the pool refuses
 * recorded shares.
 *
 * @throws AditError `ADIT_NOT_YOUR_POOL`, `ADIT_NO_POOL`, `ADIT_NO_CONNECTION`; `ADIT_BAD_RECORDING` where no connection is in it
 */
export async function replayAsMiner(
  conversation: Conversation,
  options: ReplayMinerOptions,
  modules: ReplayMinerModules = {},
): Promise<ReplayReport> {
  requireConnection(conversation);
  const addresses = await requireOwnPool(options.host, { operated: options.operated === true, harm: HARM });
  const to = { ...options, ...(addresses === undefined ? {} : { addresses }) };
  const run = new Run(conversation, to, modules);
  try {
    return await run.play();
  } finally {
    run.close();
  }
}

const ANSWER_MS = 5_000;
const HARM =
  'To its operator a replay is a miner that misbehaves: old shares, jobs that are gone, and it may get your address banned.';

class Run {
  readonly #steps: readonly Step[];
  readonly #options: ReplayMinerOptions;
  readonly #modules: ReplayMinerModules;
  readonly #connections = new Map<number, ReplayConnection>();
  readonly #requests: ReplayedRequest[] = [];
  readonly #missing: { connection: number; method: string }[] = [];
  readonly #heard = new Set<string>();
  /** Places of requests that have an answer in the recording. */
  readonly #answered: ReadonlySet<number>;
  #skipped = 0;
  /** Set at the end: answers that come later are not reported. */
  #over = false;

  constructor(conversation: Conversation, options: ReplayMinerOptions, modules: ReplayMinerModules) {
    this.#steps = scriptOf(conversation.events);
    this.#answered = new Set(this.#steps.flatMap(({ answers }) => (answers === undefined ? [] : [answers])));
    this.#options = options;
    this.#modules = modules;
  }

  async play(): Promise<ReplayReport> {
    const { signal } = this.#modules;
    // A wait for an answer ends when the connection is closed.
    signal?.addEventListener('abort', () => this.close(), { once: true });
    if (signal?.aborted === true) this.close();
    const began = performance.now();
    for (const [index, step] of this.#steps.entries()) {
      const ahead = step.event.at - (performance.now() - began);
      const fromMiner = !('from' in step.event) || step.event.from === 'miner';
      if (!this.#options.fast && fromMiner && ahead > 0) await pause(ahead, signal);
      if (this.#over) break;
      await this.#step(step, index);
    }
    return {
      requests: this.#requests,
      missing: this.#missing,
      skipped: this.#skipped,
      stopped: this.#over,
    };
  }

  close(): void {
    this.#over = true;
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #step(step: Step, index: number): Promise<void> {
    const { event, line } = step;
    const connection = this.#connections.get(event.connection);
    if ('event' in event) return await this.#occurrence(event, connection);
    if (line === undefined) {
      if (event.from === 'miner') this.#skipped += 1;
    } else if (line.from === 'miner') {
      connection?.send(wireBytes(step, withPassword(line.bytes, this.#options.password)));
      const { message } = line;
      if (message.kind === 'request' && !this.#answered.has(index)) {
        this.#note(event.connection, message, 'no answer', 'not compared', true);
      }
    } else await this.#expect(step, connection);
  }

  async #occurrence(
    event: Extract<ConversationEvent, { readonly event: string }>,
    connection: ReplayConnection | undefined,
  ): Promise<void> {
    const { answerMs = ANSWER_MS } = this.#options;
    if (event.event === 'opened') {
      const opened = await ReplayConnection.open(this.#options, answerMs, this.#modules.signal);
      this.#connections.set(event.connection, opened);
    } else if (event.event === 'closed') {
      connection?.close();
      this.#connections.delete(event.connection);
    } else if (event.from === 'miner') connection?.end();
  }

  /** Waits for the same kind of message that the pool sent in the recording. */
  async #expect({ event, line, answers }: Step, connection: ReplayConnection | undefined): Promise<void> {
    const { answerMs = ANSWER_MS } = this.#options;
    const message = line?.message;
    if (message === undefined || message.kind === 'fault') return;
    const { connection: number } = event;
    if (message.kind !== 'response') {
      // Waits for the first message of each method only, because a pool decides how often it sends jobs.
      const key = `${number} ${message.method}`;
      if (this.#heard.has(key)) return;
      this.#heard.add(key);
      const came = (await connection?.heard(message.method, answerMs)) === true;
      if (!came && !this.#over) this.#missing.push({ connection: number, method: message.method });
      return;
    }
    const asked = answers === undefined ? undefined : this.#steps[answers]?.line?.message;
    if (asked === undefined || asked.kind === 'notification' || asked.kind === 'response') return;
    const answer = await connection?.answer(asked.id, answerMs);
    if (this.#over) return;
    const recorded = replyShape(message);
    const now =
      answer !== undefined
        ? replyShape(answer)
        : connection !== undefined && connection.closed === undefined
          ? 'no answer'
          : 'connection closed';
    this.#note(number, asked, recorded, now, now === recorded);
  }

  #note(
    connection: number,
    asked: { readonly id: string; readonly method?: string },
    recorded: string,
    now: string,
    same: boolean,
  ): void {
    const request = { connection, method: asked.method ?? '(no message)', id: asked.id, recorded, now, same };
    this.#requests.push(request);
    this.#modules.onRequest?.(request);
  }
}

/** Waits for some milliseconds, or until the signal stops it. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { DialOptions } from '@adit/net';
import { AditError } from '@adit/primitives';
import { isThisMachine } from '../wire/address.ts';
import { withPassword } from '../wire/redact.ts';
import { type Conversation, type ConversationEvent, requireConnection } from './recording.ts';
import { ReplayConnection } from './replay-connection.ts';
import { replyShape } from './reply-shape.ts';
import { type Step, scriptOf, wireBytes } from './script.ts';

export interface ReplayMinerOptions extends DialOptions {
  /** Put where the recording has `***`. */
  readonly password: string;
  /** Without the recorded pauses. */
  readonly fast: boolean;
  /** For an answer and for a connection; 5 s where left out. */
  readonly answerMs?: number;
  /** The pool may be on another machine: what is replayed looks like a misbehaving miner to it. */
  readonly allowRemote?: boolean;
}

/** A request of the recording and what became of it now. */
export interface ReplayedRequest {
  readonly connection: number;
  readonly method: string;
  /** JSON text. */
  readonly id: string;
  /** Kinds of answers: `true`, `[text, text]`, `error 21`, `no answer`. */
  readonly recorded: string;
  readonly now: string;
  /** Where the recording has no answer, nothing can differ. */
  readonly same: boolean;
}

export interface ReplayReport {
  readonly requests: readonly ReplayedRequest[];
  /** What the pool called in the recording and does not call now. */
  readonly missing: readonly { readonly connection: number; readonly method: string }[];
  /** Lines of the miner that the recording has left out, and were not sent. */
  readonly skipped: number;
  /** It was stopped before the end: what came before is here. */
  readonly stopped: boolean;
}

export interface ReplayMinerModules {
  readonly onRequest?: (request: ReplayedRequest) => void;
  /** Ends the replay early. */
  readonly signal?: AbortSignal;
}

/**
 * Plays the miner's part of a conversation to a pool: every line in order, an answer awaited wherever one had come, and
 * compared in kind. Values are not compared: nonce1, job ids and times are others now, so recorded shares are refused.
 *
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_NO_CONNECTION`; `ADIT_BAD_RECORDING` where no connection is in it
 */
export async function replayAsMiner(
  conversation: Conversation,
  options: ReplayMinerOptions,
  modules: ReplayMinerModules = {},
): Promise<ReplayReport> {
  if (options.allowRemote !== true && !isThisMachine(options.host)) {
    throw new AditError(
      'ADIT_NOT_LOOPBACK',
      `${options.host} is not this machine: a replay is for pools that you operate (--i-operate-this-pool)`,
    );
  }
  requireConnection(conversation);
  const run = new Run(conversation, options, modules);
  try {
    return await run.play();
  } finally {
    run.close();
  }
}

const ANSWER_MS = 5_000;

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
  /** What is still under way says nothing any more. */
  #over = false;

  constructor(conversation: Conversation, options: ReplayMinerOptions, modules: ReplayMinerModules) {
    this.#steps = scriptOf(conversation.events);
    this.#answered = new Set(this.#steps.flatMap(({ answers }) => (answers === undefined ? [] : [answers])));
    this.#options = options;
    this.#modules = modules;
  }

  async play(): Promise<ReplayReport> {
    const { signal } = this.#modules;
    // Whoever waits for an answer is told that the connection is closed.
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

  /** What the pool said then: the same kind of thing is waited for. */
  async #expect({ event, line, answers }: Step, connection: ReplayConnection | undefined): Promise<void> {
    const { answerMs = ANSWER_MS } = this.#options;
    const message = line?.message;
    if (message === undefined || message.kind === 'fault') return;
    const { connection: number } = event;
    if (message.kind !== 'response') {
      // Of each method the first: how often a pool sends jobs is its own affair.
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
        : connection?.closed === false
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

/** Milliseconds, or less where it is stopped. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
}

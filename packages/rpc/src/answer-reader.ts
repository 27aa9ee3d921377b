import { Worker } from 'node:worker_threads';
import { AditError, type AditErrorCode } from '@adit/primitives';

/** To the thread. `body` is the whole answer as it came over HTTP. */
export interface ReadRequest<About> {
  readonly id: number;
  readonly body: Uint8Array;
  readonly about: About;
}

/** The answer of a node without its result. */
export interface Envelope {
  readonly id?: unknown;
  readonly error?: unknown;
  readonly result?: null;
}

/** Back from the thread. */
export type ReadAnswer<Content> =
  | {
      readonly id: number;
      readonly kind: 'read';
      readonly envelope: unknown;
      readonly content?: Content;
    }
  | { readonly id: number; readonly kind: 'not_json' }
  | { readonly id: number; readonly kind: 'refused'; readonly code: AditErrorCode; readonly message: string };

/** An answer that a thread has read. */
export interface Read<Content> {
  /** The answer's `id` and `error`, as the node sent them. */
  readonly envelope: unknown;
  /** Absent where the answer is an error, or has no result. */
  readonly content?: Content;
}

/** Which thread reads, and what. */
export interface AnswerReaderOptions {
  /** The module of the thread, which calls `readAnswers`. */
  readonly thread: URL;
  /** What is read, in messages. */
  readonly what: string;
}

interface Waiting<Content> {
  readonly resolve: (read: Read<Content>) => void;
  readonly reject: (error: Error) => void;
}

/** An answer of 16 MiB with a million values takes a fifth of it; whatever takes more ends with the thread. */
const MAX_HEAP_MB = 512;

/**
 * Reads long answers of nodes in a thread, which is started with the first of them. Whatever kills it is told to
 * whoever waits; the next answer starts another one.
 */
export class AnswerReader<About, Content> {
  readonly #options: AnswerReaderOptions;
  #worker: Worker | undefined;
  /** As many as the node is asked at once: a few. */
  readonly #waiting = new Map<number, Waiting<Content>>();
  #nextId = 1;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
  }

  /**
   * @param body the whole answer; it must not be used any more
   * @throws SyntaxError where it is no JSON; AditError of the thread's reader, and `ADIT_RPC_BAD_ANSWER`
   */
  read(body: Buffer, about: About): Promise<Read<Content>> {
    const worker = this.#start();
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Read<Content>>();
    this.#waiting.set(id, { resolve, reject });
    // A process must not end between question and answer.
    worker.ref();
    const { buffer, byteLength } = body;
    const own = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    const request: ReadRequest<About> = { id, body, about };
    worker.postMessage(request, own ? [buffer] : []);
    return promise;
  }

  /** Ends the thread; whoever waits hears an error. */
  close(): void {
    const worker = this.#worker;
    if (worker !== undefined) this.#lose(worker, 'the node is not asked any more');
    void worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(this.#options.thread, {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    worker.on('message', (answer: ReadAnswer<Content>) => this.#onAnswer(worker, answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', (status) => this.#lose(worker, `the thread ended with status ${status}`));
    return worker;
  }

  #onAnswer(worker: Worker, answer: ReadAnswer<Content>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if (waiting === undefined) return;
    if (answer.kind === 'not_json') waiting.reject(new SyntaxError('no JSON'));
    else if (answer.kind === 'refused') waiting.reject(new AditError(answer.code, answer.message));
    else {
      const { envelope, content } = answer;
      waiting.resolve(content === undefined ? { envelope } : { envelope, content });
    }
  }

  #lose(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const { what } = this.#options;
    const error = new AditError('ADIT_RPC_BAD_ANSWER', `a ${what} could not be read: ${reason}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

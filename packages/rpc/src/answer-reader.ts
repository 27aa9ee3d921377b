import { Worker } from 'node:worker_threads';
import { AditError, type AditErrorCode } from '@adit/primitives';

/** A request to the thread. `body` is the whole answer as it came over HTTP. */
export interface ReadRequest<About> {
  readonly id: number;
  readonly body: Uint8Array;
  readonly about: About;
}

/** The parts of a node's answer other than its result. */
export interface Envelope {
  readonly id?: unknown;
  readonly error?: unknown;
  readonly result?: null;
}

/** An answer of the thread. */
export type ReadAnswer<Content> =
  | {
      readonly id: number;
      readonly kind: 'read';
      readonly envelope: unknown;
      readonly content?: Content;
    }
  | { readonly id: number; readonly kind: 'not_json' }
  | { readonly id: number; readonly kind: 'refused'; readonly code: AditErrorCode; readonly message: string };

/** A node's answer, as the thread has read it. */
export interface Read<Content> {
  /** The answer's `id` and `error`, as the node sent them. */
  readonly envelope: unknown;
  /** Absent if the answer is an error, or has no result. */
  readonly content?: Content;
}

/** Which thread reads, and the name of what it reads. */
export interface AnswerReaderOptions {
  /** The module of the thread, which calls `readAnswers`. */
  readonly thread: URL;
  /** Name of the content, for error messages: "a <what> could not be read". */
  readonly what: string;
}

interface Waiting<Content> {
  readonly resolve: (read: Read<Content>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Heap of the thread. An answer of 16 MiB with a million values takes a fifth of it; one that needs more ends the
 * thread.
 */
const MAX_HEAP_MB = 512;

/**
 * Reads long answers of nodes in a thread, which starts with the first one. If the thread dies, all calls that wait
 * fail with the reason, and the next answer starts another thread.
 */
export class AnswerReader<About, Content> {
  readonly #options: AnswerReaderOptions;
  #worker: Worker | undefined;
  /** Answers in the thread, by id. Bounded by the calls to the node at one time, which are few. */
  readonly #waiting = new Map<number, Waiting<Content>>();
  #nextId = 1;

  constructor(options: AnswerReaderOptions) {
    this.#options = options;
  }

  /**
   * Reads one answer in the thread.
   * @param body the whole answer; the caller must not use it afterwards
   * @throws SyntaxError if it is not JSON; an AditError of the thread's reader; AditError `ADIT_RPC_BAD_ANSWER`
   */
  read(body: Buffer, about: About): Promise<Read<Content>> {
    const worker = this.#start();
    const id = this.#nextId;
    this.#nextId += 1;
    const { promise, resolve, reject } = Promise.withResolvers<Read<Content>>();
    this.#waiting.set(id, { resolve, reject });
    // The process must not end while an answer is in the thread.
    worker.ref();
    const { buffer, byteLength } = body;
    const own = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    const request: ReadRequest<About> = { id, body, about };
    worker.postMessage(request, own ? [buffer] : []);
    return promise;
  }

  /** Ends the thread. Calls that wait fail. */
  close(): void {
    const worker = this.#worker;
    if (worker !== undefined) this.#lose(worker, 'the program has closed its reader');
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

import { Worker } from 'node:worker_threads';
import { AditError } from '@adit/primitives';
import type { ZcashChainParams } from './chains.ts';
import type { ReadAnswer, ReadRequest } from './template-protocol.ts';
import { withVariation, type ZcashWork } from './work.ts';

export interface ReadTemplate {
  /** The answer's `id` and `error`, as the node sent them. */
  readonly envelope: unknown;
  /** Absent where the answer is an error. */
  readonly work?: ZcashWork;
}

interface Waiting {
  readonly chain: ZcashChainParams;
  readonly resolve: (read: ReadTemplate) => void;
  readonly reject: (error: Error) => void;
}

/** A template of 16 MiB with a million values takes a fifth of it; whatever takes more ends with the thread. */
const MAX_HEAP_MB = 512;

/**
 * Reads long templates in a thread, which is started with the first of them. Whatever kills it is told to whoever
 * waits; the next template starts another one.
 */
export class TemplateReader {
  #worker: Worker | undefined;
  /** As many as the node is asked at once: one, or two while another poll is being given up. */
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  /**
   * @param body the whole answer; it must not be used any more
   * @throws SyntaxError where it is no JSON; AditError as `workFromTemplate`, and `ADIT_RPC_BAD_ANSWER`
   */
  read(body: Buffer, chain: ZcashChainParams): Promise<ReadTemplate> {
    const worker = this.#start();
    const id = this.#nextId;
    this.#nextId += 1;
    const result = Promise.withResolvers<ReadTemplate>();
    this.#waiting.set(id, { ...result, chain });
    // A process must not end between question and answer.
    worker.ref();
    const { buffer, byteLength } = body;
    const own = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    const request: ReadRequest = { id, body, chain };
    worker.postMessage(request, own ? [buffer] : []);
    return result.promise;
  }

  /** Ends the thread; whoever waits hears an error. */
  close(): void {
    const worker = this.#worker;
    if (worker !== undefined) this.#lose(worker, 'the node is not asked any more');
    void worker?.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL(import.meta.resolve('#template-thread')), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#worker = worker;
    worker.on('message', (answer: ReadAnswer) => this.#onAnswer(worker, answer));
    worker.on('error', (error) => this.#lose(worker, error.message));
    worker.on('exit', (status) => this.#lose(worker, `the thread ended with status ${status}`));
    return worker;
  }

  #onAnswer(worker: Worker, answer: ReadAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) worker.unref();
    if (waiting === undefined) return;
    if (answer.kind === 'read') waiting.resolve(opened(answer, waiting.chain));
    else if (answer.kind === 'not_json') waiting.reject(new SyntaxError('no JSON'));
    else waiting.reject(new AditError(answer.code, answer.message));
  }

  #lose(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const error = new AditError('ADIT_RPC_BAD_ANSWER', `a template could not be read: ${reason}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The chain's parameters stay the caller's own object. */
function opened(
  { envelope, content }: Extract<ReadAnswer, { kind: 'read' }>,
  chain: ZcashChainParams,
): ReadTemplate {
  if (content === undefined) return { envelope };
  return { envelope, work: withVariation({ ...content, work: { ...content.work, chain } }) };
}

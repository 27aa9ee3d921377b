import type { Worker } from 'node:worker_threads';
import { AditError, messageOf } from '@adit/primitives';

/** A request on its way to the thread. */
export interface ThreadCall<Request> {
  readonly id: number;
  readonly request: Request;
}

/** An error loses its code on the way between threads, so the code goes beside it. */
export type ThreadAnswer =
  | { readonly id: number; readonly result: unknown }
  | {
      readonly id: number;
      readonly failure: { readonly message: string; readonly code: string | undefined };
    };

export interface ThreadCallsOptions {
  /** Most requests that may wait for their answers. */
  readonly maxAsked: number;
}

export interface ThreadCallsModules {
  readonly createWorker: () => Worker;
}

interface Asked {
  readonly answered: (result: never) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Calls of one thread that reads and writes files, one request after the other. A disk that hangs holds this thread, and
 * neither the main thread nor those four in which Node looks up the names of nodes, so blocks still leave. The thread
 * starts with the first request, and a new one starts with the next request after it was lost.
 */
export class ThreadCalls<Request> {
  readonly #maxAsked: number;
  readonly #modules: ThreadCallsModules;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #nextId = 0;

  constructor({ maxAsked }: ThreadCallsOptions, modules: ThreadCallsModules) {
    this.#maxAsked = maxAsked;
    this.#modules = modules;
  }

  /**
   * @returns what `answerCalls` of the thread returned for this request
   * @throws errors of the thread, with their `code`; AditError `ADIT_DISK_BEHIND` where too many requests wait,
   *   `ADIT_DATA_FOLDER` where the thread has ended
   */
  ask<Result>(request: Request): Promise<Result> {
    if (this.#asked.size >= this.#maxAsked) {
      const detail = `${this.#maxAsked} requests wait for the disk: give it a faster one`;
      return Promise.reject(new AditError('ADIT_DISK_BEHIND', detail));
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((answered, failed) => {
      this.#asked.set(id, { answered, failed });
      try {
        this.#worker ??= this.#begin();
        // The process waits for answers, but not for a thread that has nothing to do.
        this.#worker.ref();
        this.#worker.postMessage({ id, request } satisfies ThreadCall<Request>);
      } catch (error) {
        this.#asked.delete(id);
        failed(lost(messageOf(error)));
      }
    });
  }

  /** The process may end although the disk still owes an answer. */
  close(): void {
    this.#worker?.unref();
  }

  #begin(): Worker {
    const worker = this.#modules.createWorker();
    worker.on('message', (answer: ThreadAnswer) => this.#onAnswer(worker, answer));
    // An exit follows each error. `#onLost` ignores it, because this worker is no longer the current one by then.
    worker.on('error', (error) => this.#onLost(worker, messageOf(error)));
    worker.on('exit', (status) => this.#onLost(worker, `it ended with status ${status}`));
    return worker;
  }

  #onAnswer(worker: Worker, answer: ThreadAnswer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (this.#asked.size === 0) worker.unref();
    if ('failure' in answer) {
      const { message, code } = answer.failure;
      asked?.failed(Object.assign(new Error(message), { code }));
    } else asked?.answered(answer.result as never);
  }

  #onLost(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const { failed } of all) failed(lost(reason));
  }
}

function lost(reason: string): AditError {
  return new AditError('ADIT_DATA_FOLDER', `the thread of the disk ended: ${reason}`);
}

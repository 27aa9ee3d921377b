import { Worker } from 'node:worker_threads';
import type { SecretAnswer, SecretQuestion } from './read-secret.ts';

/**
 * Reads one secret in a thread of its own. Node has four threads for asynchronous file calls, and looks up the names of
 * nodes in them: the cookies of four nodes on a disk that hangs would take them all. The thread starts with the first
 * question.
 */
export class SecretThread {
  #worker: Worker | undefined;
  #answered: ((answer: SecretAnswer) => void) | undefined;

  /** Never rejects, and may never resolve. To be called again only after that. */
  ask(question: SecretQuestion): Promise<SecretAnswer> {
    const worker = this.#start();
    // The process waits for an answer, but not for a thread that has nothing to do.
    worker.ref();
    return new Promise((resolve) => {
      this.#answered = (answer) => {
        this.#answered = undefined;
        worker.unref();
        resolve(answer);
      };
      worker.postMessage(question);
    });
  }

  /** Ends the thread, unless its disk hangs. A question that waits fails. */
  close(): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#lost(worker, 'it was closed');
    worker.unref();
    void worker.terminate();
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL(import.meta.resolve('#secret-worker')));
    this.#worker = worker;
    worker.on('message', (answer: SecretAnswer) => this.#answered?.(answer));
    worker.on('error', (error) => this.#lost(worker, error.message));
    worker.on('exit', (status) => this.#lost(worker, `it ended with status ${status}`));
    return worker;
  }

  #lost(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#answered?.({ kind: 'fault', detail: `the thread that reads it was lost: ${reason}` });
  }
}

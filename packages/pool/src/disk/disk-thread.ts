import { Worker } from 'node:worker_threads';
import { AditError, messageOf } from '@adit/primitives';
import type { Disk, DiskAnswer, DiskRequest, DiskResults } from './disk-request.ts';

export interface DiskThreadModules {
  /** For tests. */
  readonly createWorker?: () => Worker;
}

interface Asked {
  readonly answered: (result: never) => void;
  readonly failed: (error: Error) => void;
}

/**
 * Requests that may wait. The store of found blocks has two at once. Of the targets each header leaves one behind while
 * the disk hangs, so these are some minutes.
 */
const MAX_ASKED = 256;

/**
 * One thread that reads and writes files, one request after the other. A disk that hangs holds this thread, and neither
 * the main thread nor those four in which Node looks up the names of nodes, so blocks still leave. Each user of a
 * folder has a thread of its own: found blocks never wait behind anything else. The thread starts with the first request.
 */
export class DiskThread implements Disk {
  readonly #modules: DiskThreadModules;
  readonly #asked = new Map<number, Asked>();
  #worker: Worker | undefined;
  #nextId = 0;

  constructor(modules: DiskThreadModules = {}) {
    this.#modules = modules;
  }

  ask<Request extends DiskRequest>(request: Request): Promise<DiskResults[Request['kind']]> {
    if (this.#asked.size >= MAX_ASKED) {
      const detail = `${MAX_ASKED} requests wait for the disk: give it a faster one`;
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
        this.#worker.postMessage({ id, request });
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
    const worker = (this.#modules.createWorker ?? newWorker)();
    worker.on('message', (answer: DiskAnswer) => this.#onAnswer(worker, answer));
    // An exit follows each error. `#onLost` ignores it, because this worker is no longer the current one by then.
    worker.on('error', (error) => this.#onLost(worker, messageOf(error)));
    worker.on('exit', (status) => this.#onLost(worker, `it ended with status ${status}`));
    return worker;
  }

  #onAnswer(worker: Worker, answer: DiskAnswer): void {
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

function newWorker(): Worker {
  return new Worker(new URL(import.meta.resolve('#disk-worker')));
}

function lost(reason: string): AditError {
  return new AditError('ADIT_DATA_FOLDER', `the thread of the disk ended: ${reason}`);
}

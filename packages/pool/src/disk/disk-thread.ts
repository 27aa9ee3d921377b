import { Worker } from 'node:worker_threads';
import type { Disk, DiskRequest, DiskResults } from './disk-request.ts';
import { ThreadCalls } from './thread-calls.ts';

export interface DiskThreadModules {
  /** For tests. */
  readonly createWorker?: () => Worker;
}

/**
 * Requests that may wait. The store of found blocks has two at once. Of the targets each header leaves one behind while
 * the disk hangs, so these are some minutes.
 */
const MAX_ASKED = 256;

/**
 * One thread that reads and writes files, one request after the other. Each user of a folder has a thread of its own:
 * found blocks never wait behind anything else.
 */
export class DiskThread implements Disk {
  readonly #calls: ThreadCalls<DiskRequest>;

  constructor({ createWorker = newWorker }: DiskThreadModules = {}) {
    this.#calls = new ThreadCalls({ maxAsked: MAX_ASKED }, { createWorker });
  }

  ask<Request extends DiskRequest>(request: Request): Promise<DiskResults[Request['kind']]> {
    return this.#calls.ask(request);
  }

  /** The process may end although the disk still owes an answer. */
  close(): void {
    this.#calls.close();
  }
}

function newWorker(): Worker {
  return new Worker(new URL(import.meta.resolve('#disk-worker')));
}

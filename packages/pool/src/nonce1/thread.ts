import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AditError, messageOf } from '@adit/primitives';
import type { Nonce1Block, Nonce1Lease, Nonce1Wanted } from './leases.ts';
import type { Nonce1Answer, Nonce1Request } from './protocol.ts';

export interface Nonce1ThreadOptions {
  readonly dataFolder: string;
  /** Unique for this process instance. */
  readonly owner: string;
}

export interface Nonce1ThreadModules {
  /** The thread has ended by itself. The next request starts another one. */
  readonly onLost: (reason: string) => void;
  /** For tests. */
  readonly createWorker?: (options: Nonce1ThreadOptions) => Worker;
}

interface Asked {
  readonly answered: (answer: Nonce1Answer) => void;
  readonly failed: (error: AditError) => void;
}

/** Longer than the thread waits for a lock. A disk that hangs must not keep the process alive. */
const CLOSE_MS = 3_000;

/** `leases.db` as the main thread sees it: a thread answers all requests. */
export class Nonce1Thread {
  readonly #options: Nonce1ThreadOptions;
  readonly #modules: Nonce1ThreadModules;
  /** Requests under way: at most one for each allocator, and one `renew`. */
  readonly #asked = new Map<number, Asked>();
  /** The leases that this process believes to hold. In large spaces each has 8,192 values. */
  #held: readonly Nonce1Lease[] = [];
  #worker: Worker | undefined;
  #nextId = 0;
  #closed: Promise<void> | undefined;

  constructor(options: Nonce1ThreadOptions, modules: Nonce1ThreadModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /**
   * Leases a block of values. The lease is on disk before this resolves.
   * @param nowMs wall clock
   * @returns undefined when the space is used up and no block is free
   * @throws AditError `ADIT_LEASES_LOCKED` where another try soon may help, `ADIT_LEASES_FAILED`
   */
  async take(wanted: Nonce1Wanted, nowMs: number): Promise<Nonce1Block | undefined> {
    const answer = await this.#ask((id) => ({ kind: 'take', id, wanted, nowMs }));
    if (answer.kind !== 'taken' || answer.block === undefined) return undefined;
    this.#held = [...this.#held, answer.block.lease];
    return answer.block;
  }

  /**
   * Renews the leases of this process. To be called every few minutes.
   * @returns the leases that other processes took because this one did not renew in time
   * @throws AditError `ADIT_LEASES_LOCKED`, `ADIT_LEASES_FAILED`
   */
  async renew(nowMs: number): Promise<readonly Nonce1Lease[]> {
    const held = this.#held;
    const answer = await this.#ask((id) => ({ kind: 'renew', id, held, nowMs }));
    const lost = answer.kind === 'renewed' ? answer.lost : [];
    const isLost = ({ space, start }: Nonce1Lease) =>
      lost.some((lease) => lease.space === space && lease.start === start);
    this.#held = this.#held.filter((lease) => !isLost(lease));
    return lost;
  }

  /** Ends the thread after its last request. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const exit = once(worker, 'exit', { signal: AbortSignal.timeout(CLOSE_MS) });
    worker.postMessage({ kind: 'close' } satisfies Nonce1Request);
    await exit.catch(() => void worker.terminate());
  }

  #ask(request: (id: number) => Nonce1Request): Promise<Nonce1Answer> {
    if (this.#closed !== undefined) return Promise.reject(failure('it is closed'));
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((answered, failed) => {
      this.#asked.set(id, { answered, failed });
      try {
        this.#worker ??= this.#begin();
        this.#worker.postMessage(request(id));
      } catch (error) {
        this.#asked.delete(id);
        failed(failure(messageOf(error)));
      }
    });
  }

  #begin(): Worker {
    const { createWorker = newWorker } = this.#modules;
    const worker = createWorker(this.#options);
    worker.on('message', (answer: Nonce1Answer) => this.#onAnswer(answer));
    // An exit follows each error. `#onLost` ignores it, because this worker is no longer the current one by then.
    worker.on('error', (error) => this.#onLost(worker, messageOf(error)));
    worker.on('exit', (status) => this.#onLost(worker, `it ended with status ${status}`));
    return worker;
  }

  #onAnswer(answer: Nonce1Answer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if (answer.kind !== 'failed') asked?.answered(answer);
    else if (answer.locked) asked?.failed(new AditError('ADIT_LEASES_LOCKED', answer.reason));
    else asked?.failed(failure(answer.reason));
  }

  /** A block that the thread leased but did not report stays leased to this process, which cannot use it. */
  #onLost(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const { failed } of all) failed(failure(reason));
    if (this.#closed === undefined) this.#modules.onLost(reason);
  }
}

function newWorker(workerData: Nonce1ThreadOptions): Worker {
  return new Worker(new URL(import.meta.resolve('#nonce1-worker')), { workerData });
}

function failure(reason: string): AditError {
  return new AditError('ADIT_LEASES_FAILED', reason);
}

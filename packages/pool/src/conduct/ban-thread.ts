import { Worker } from 'node:worker_threads';
import { ThreadCalls } from '../disk/thread-calls.ts';
import type { BanAnswer, BanExchange, BanFile } from './ban-exchange.ts';

/** The list has one exchange under way; the last one at a close may come beside one that hangs. */
const MAX_ASKED = 2;

/** `bans.db` in a thread of its own, so that a ban never waits for the disk. */
export class BanThread implements BanFile {
  readonly #calls: ThreadCalls<BanExchange>;

  constructor(dataFolder: string) {
    const createWorker = () =>
      new Worker(new URL(import.meta.resolve('#ban-worker')), { workerData: dataFolder });
    this.#calls = new ThreadCalls({ maxAsked: MAX_ASKED }, { createWorker });
  }

  exchange(exchange: BanExchange): Promise<BanAnswer> {
    return this.#calls.ask(exchange);
  }

  close(): void {
    this.#calls.close();
  }
}

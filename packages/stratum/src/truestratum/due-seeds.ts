import type { ServerEffect } from '../session.ts';

type Send = (data: Extract<ServerEffect<never>, { kind: 'send' }>['data']) => void;

/**
 * The seeds that a miner has asked for and not got yet, and the answers that wait behind them: while the reference miner
 * waits for seeds, it takes any line without a method for them.
 */
export class DueSeeds {
  #due: { readonly id: string; readonly result: string | Uint8Array } | undefined;
  /** It stays short, because the pool reads nothing more until the seeds are sent. */
  #behind = '';

  get isDue(): boolean {
    return this.#due !== undefined;
  }

  /** @param id of the request, as JSON @param result the prepared `result` text of the reply */
  ask(id: string, result: string | Uint8Array): void {
    this.#due = { id, result };
  }

  /** Keeps answers back. Only to be called while seeds are due. */
  hold(lines: string): void {
    this.#behind += lines;
  }

  /** Sends the seeds that are due, then the answers that had to wait for them. */
  give(send: Send): void {
    const due = this.#due;
    if (due === undefined) return;
    this.#due = undefined;
    send(`{"id":${due.id},"result":`);
    send(due.result);
    send(',"error":null}\n');
    if (this.#behind !== '') send(this.#behind);
    this.#behind = '';
  }
}

import type { MinedShare } from './mining-crew.ts';

/**
 * Shares that wait until they may be sent. Those of the newest job leave first: they are of use for longest. When the
 * queue is full, the oldest share is dropped.
 */
export class ShareQueue<Share extends MinedShare> {
  readonly #limit: number;
  /** By generation; the next one to leave is at the end. */
  readonly #shares: Share[] = [];

  constructor(options: { limit: number }) {
    this.#limit = options.limit;
  }

  push(share: Share): void {
    // A share of an older job may come late, when its nonce was finished under the newer job.
    const { generation = 0 } = share;
    let place = this.#shares.length;
    while (place > 0 && (this.#shares[place - 1]?.generation ?? 0) > generation) place -= 1;
    this.#shares.splice(place, 0, share);
    if (this.#shares.length > this.#limit) this.#shares.shift();
  }

  take(): Share | undefined {
    return this.#shares.pop();
  }

  clear(): void {
    this.#shares.length = 0;
  }
}

import type { MinerEntry } from './miner-entry.ts';
import { ShareRate } from './share-rate.ts';

type Tallied = Pick<MinerEntry, 'accepted' | 'refused' | 'weight' | 'rate' | 'lastShareMs'>;

/** What is shown of a worker that has sent nothing yet. */
export const NOTHING_SENT: Tallied = { accepted: 0, refused: 0, weight: 0n, rate: 0, lastShareMs: undefined };

/** The submissions of one worker on one connection. Made with the first one: idle miners have none. */
export class ShareTally {
  readonly #rate: ShareRate;
  #accepted = 0;
  #refused = 0;
  #weight = 0n;
  #lastShareAt = 0;

  /** @param since beginning of the connection, in milliseconds of a clock that only grows */
  constructor(since: number) {
    this.#rate = new ShareRate(since);
  }

  accept(weight: bigint, now: number): void {
    this.#accepted += 1;
    this.#weight += weight;
    this.#rate.add(Number(weight), now);
    this.#lastShareAt = now;
  }

  refuse(): void {
    this.#refused += 1;
  }

  shown(now: number): Tallied {
    return {
      accepted: this.#accepted,
      refused: this.#refused,
      weight: this.#weight,
      rate: this.#rate.perSecond(now),
      lastShareMs: this.#accepted === 0 ? undefined : now - this.#lastShareAt,
    };
  }
}

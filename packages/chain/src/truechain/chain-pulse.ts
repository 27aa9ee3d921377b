import type { NodeFinding } from '../status.ts';
import type { TrueChainNode } from './node.ts';

export interface ChainPulseModules {
  readonly node: Pick<TrueChainNode, 'fastNumber' | 'waitingFruits' | 'snailNumber'>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Short enough for the limits below, and rare beside the polls. */
const LOOK_EVERY_MS = 5_000;
/** If no look succeeded for this time, the time between is not counted against the node. */
const FORGET_MS = 4 * LOOK_EVERY_MS;
/**
 * The committee makes a fast block every two to five seconds, and its own change takes some tens of seconds. A minute
 * without a fast block is therefore not a pause: fruits mined then cover nothing new, and nobody is paid.
 */
const FAST_STILL_MS = 60_000;
/**
 * One fruit may be the twin of another one, or die with its pointer. Of three fruits within half a minute one would
 * show.
 */
const FRUITS_THAT_TELL = 3;
const EMPTY_POOL_MS = 30_000;

/**
 * Judges whether the chain behind a node lives: its fast chain must grow, and fruits that it accepted must appear in
 * its pool. A node without these calls is not judged by them.
 */
export class ChainPulse {
  readonly #modules: ChainPulseModules;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #fast: number | undefined;
  #movedAt = 0;
  #still: NodeFinding | undefined;
  #empty: NodeFinding | undefined;
  /** Fruits accepted since its pool last held any, or since its snail chain grew. */
  #fruits = 0;
  #fruitsSince = 0;
  #snail: number | undefined;

  constructor(modules: ChainPulseModules) {
    this.#modules = modules;
  }

  /** Why the node is unfit to be mined on; undefined while nothing is known against it. */
  get complaint(): NodeFinding | undefined {
    return this.#still ?? this.#empty;
  }

  /** The look under way. A caller that stops waits for it. */
  get looking(): Promise<void> | undefined {
    return this.#looking;
  }

  /** Notes that the node answered true to a fruit. */
  fruitTaken(): void {
    if (this.#fruits === 0) this.#fruitsSince = this.#modules.now();
    this.#fruits += 1;
  }

  /** Starts a look in the background, if the last one is old enough. */
  look(signal: AbortSignal): void {
    const now = this.#modules.now();
    if (this.#looking !== undefined || now - this.#lookedAt < LOOK_EVERY_MS) return;
    if (now - this.#lookedAt > FORGET_MS) this.#movedAt = now;
    this.#lookedAt = now;
    this.#looking = Promise.all([this.#lookAtFastChain(signal), this.#lookAtPool(signal)])
      .then(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #lookAtFastChain(signal: AbortSignal): Promise<void> {
    const { node, now } = this.#modules;
    let fast: number;
    try {
      fast = await node.fastNumber(signal);
    } catch {
      // Some proxies offer getWork and nothing else. A node that is down is noticed elsewhere.
      this.#still = undefined;
      return;
    }
    if (fast !== this.#fast) {
      this.#fast = fast;
      this.#movedAt = now();
    }
    const ms = now() - this.#movedAt;
    this.#still =
      ms < FAST_STILL_MS
        ? undefined
        : {
            state: 'syncing',
            cause: 'stands_still',
            detail: `its fast chain stands still at block ${fast}: it has no peers, or the committee has stopped`,
          };
  }

  async #lookAtPool(signal: AbortSignal): Promise<void> {
    const { node, now } = this.#modules;
    if (this.#fruits < FRUITS_THAT_TELL) return;
    try {
      const [waiting, snail] = await Promise.all([node.waitingFruits(signal), node.snailNumber(signal)]);
      if (waiting > 0 || (this.#snail !== undefined && snail !== this.#snail)) {
        this.#fruits = 0;
        this.#empty = undefined;
      }
      this.#snail = snail;
    } catch {
      this.#fruits = 0;
      this.#empty = undefined;
    }
    if (this.#fruits > 0 && now() - this.#fruitsSince >= EMPTY_POOL_MS)
      this.#empty = {
        state: 'syncing',
        cause: 'loses_fruits',
        detail: 'it says that it takes fruits, and its pool of fruits stays empty',
      };
  }
}

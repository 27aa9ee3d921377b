import type { Wallet } from '@adit/money';

/** Tips at which a gap has to be seen before a person is asked: wallet and books look at the same block a moment apart. */
const LASTING_TIPS = 3;
/**
 * The same where an account has nonces: its blocks come every two seconds, and the books look at the reward of a block once in a few
 * minutes.
 */
const LASTING_FAST_TIPS = 300;

/** Tells a gap between wallet and books that lasts from one that passes with the next block. */
export class GapWatch {
  readonly #lasting: number;
  #detail = '';
  /** Bounded by {@link LASTING_FAST_TIPS}. */
  #tips = new Set<number>();

  constructor({ kind }: Pick<Wallet, 'kind'>) {
    this.#lasting = kind === 'nonce' ? LASTING_FAST_TIPS : LASTING_TIPS;
  }

  /** @returns whether the same gap was seen at several tips */
  lasts(tip: number, detail: string): boolean {
    if (detail !== this.#detail) this.#tips = new Set();
    this.#detail = detail;
    this.#tips.add(tip);
    return this.#tips.size >= this.#lasting;
  }
}

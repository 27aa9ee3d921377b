import type { PayoutClock } from '@adit/ledger';

/** Virtual time: nothing waits. The time of day can be set, the steady clock cannot. */
export class SimClock implements PayoutClock {
  #steady = 1_000;
  #offset = 1_790_000_000_000;

  nowMs(): number {
    return this.#steady + this.#offset;
  }

  steadyMs(): number {
    return this.#steady;
  }

  pass(ms: number): void {
    this.#steady += ms;
  }

  /** Somebody sets the time of day. */
  jump(ms: number): void {
    this.#offset += ms;
  }
}

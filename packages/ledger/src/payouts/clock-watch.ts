import type { PayoutClock } from './payout-modules.ts';
import { CLOCK_STEP_MS } from './payout-options.ts';

/** Notices that somebody set the clock: the time of day and a clock that nobody sets then drift apart by a step. */
export class ClockWatch {
  readonly #clock: PayoutClock;
  #offset: number;

  constructor(clock: PayoutClock) {
    this.#clock = clock;
    this.#offset = clock.nowMs() - clock.steadyMs();
  }

  /** @returns by how many milliseconds the clock was set since the last look; 0 if by less than a minute */
  look(): number {
    const offset = this.#clock.nowMs() - this.#clock.steadyMs();
    const step = offset - this.#offset;
    // Small corrections add up to nothing: only the step between two looks counts.
    this.#offset = offset;
    return Math.abs(step) > CLOCK_STEP_MS ? step : 0;
  }
}

import type { RateEvidence } from './rate-evidence.ts';
import type { VardiffOptions } from './vardiff-options.ts';
import {
  DOUBT_INTERVAL_MS,
  ENOUGH_CHANGED,
  ENOUGH_IN_DOUBT,
  ENOUGH_SHARES,
  LEARNING_INTERVAL_MS,
  SAME,
} from './vardiff-tuning.ts';

/**
 * learning: shares come often until the rate is known; settled: it is known; silent: it was known, then shares stopped
 */
export type SearchPhase = 'learning' | 'settled' | 'silent';

/** How far the search for the rate of a connection is. A rate that was known once is learnt again from fewer shares. */
export class RateSearch {
  #phase: SearchPhase = 'learning';
  #known = false;
  #learntMs = 0;

  get phase(): SearchPhase {
    return this.#phase;
  }

  /** The rate was known once: silence is then a pause, rather than a sign of a weight that is far too high. */
  get known(): boolean {
    return this.#known;
  }

  /** Milliseconds in which the miner had a job, in the present phase of learning. */
  get learntMs(): number {
    return this.#learntMs;
  }

  /** The miner had a job for this time. */
  pass(elapsedMs: number): void {
    if (this.#phase === 'learning') this.#learntMs += elapsedMs;
  }

  /** Nothing is known of the rate. */
  begin(): void {
    this.learn();
    this.#known = false;
  }

  /** The rate has changed, or may have changed. */
  learn(): void {
    this.#phase = 'learning';
    this.#learntMs = 0;
  }

  settle(): void {
    this.#phase = 'settled';
    this.#known = true;
  }

  fallSilent(): void {
    this.#phase = 'silent';
  }

  /** Milliseconds between two shares while the rate is learnt; not longer than the interval of the port. */
  learningInterval({ intervalMs, learningIntervalMs = 0 }: VardiffOptions): number {
    const learning = this.#known ? DOUBT_INTERVAL_MS : LEARNING_INTERVAL_MS;
    return Math.min(Math.max(learning, learningIntervalMs), intervalMs);
  }

  /** Number of shares from which the rate is known. */
  enough(evidence: RateEvidence): number {
    if (!this.#known) return ENOUGH_SHARES;
    return evidence.agrees(SAME) ? ENOUGH_IN_DOUBT : ENOUGH_CHANGED;
  }
}

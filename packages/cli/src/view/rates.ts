/** A sliding window over amounts of work, from which rates are shown. */
export class RateWindow {
  readonly #windowMs: number;
  readonly #entries: { readonly at: number; readonly amount: number }[] = [];
  readonly #startedAt: number;

  constructor(windowMs: number, now: number) {
    this.#windowMs = windowMs;
    this.#startedAt = now;
  }

  add(amount: number, now: number): void {
    this.#entries.push({ at: now, amount });
    this.#forget(now);
  }

  /** Amount a second over the window, or over the time since the start if that is shorter. */
  perSecond(now: number): number {
    this.#forget(now);
    const seconds = Math.max(1, Math.min(this.#windowMs, now - this.#startedAt) / 1000);
    return this.#entries.reduce((sum, { amount }) => sum + amount, 0) / seconds;
  }

  #forget(now: number): void {
    while ((this.#entries[0]?.at ?? now) < now - this.#windowMs) this.#entries.shift();
  }
}

/** Evidence beyond this many shares fades. 300 shares give a rate to 6 %, and reach back 50 minutes at 10 s each. */
const MEMORY_SHARES = 300;

/**
 * Evidence about the hash rate of a connection. Its shares are a Poisson process: `shares` in an `exposure` (the sum of
 * time over weight) give the rate shares / exposure, with a relative standard error of 1 / sqrt(shares), a Gamma
 * posterior. A second test (CUSUM) looks for a moment since which the rate has doubled or halved, and keeps the
 * evidence since that moment.
 */
export class RateEvidence {
  #shares = 0;
  #exposure = 0;
  /** Evidence from before the last `doubt`. */
  #formerShares = 0;
  #formerExposure = 0;
  /** Cumulative log-likelihood ratios, each with its evidence since it was last 0. */
  #doubled = 0;
  #doubledShares = 0;
  #doubledExposure = 0;
  #halved = 0;
  #halvedShares = 0;
  #halvedExposure = 0;

  get shares(): number {
    return this.#shares;
  }

  /** Hashes per millisecond; 0 without a share. */
  get rate(): number {
    return this.#shares === 0 ? 0 : this.#shares / this.#exposure;
  }

  /** Log-likelihood ratio of this rate against `other`. @param other hashes per millisecond, above 0 */
  against(other: number): number {
    const expected = this.#exposure * other;
    const shares = this.#shares;
    return shares === 0 ? expected : shares * Math.log(shares / expected) - shares + expected;
  }

  /** @param exposure milliseconds over weight */
  add(shares: number, exposure: number): void {
    this.#shares += shares;
    this.#exposure += exposure;
    if (this.#shares <= MEMORY_SHARES) return;
    this.#exposure *= MEMORY_SHARES / this.#shares;
    this.#shares = MEMORY_SHARES;
  }

  /** Tests whether these shares fit the known rate. Callers that know a rate call it before `add`. */
  test(shares: number, exposure: number): void {
    const expected = exposure * this.rate;
    this.#doubled += shares * Math.LN2 - expected;
    this.#doubledShares += shares;
    this.#doubledExposure += exposure;
    // Reset only when a share came: after a stalled line, the shares of the whole time come at once, which is no
    // doubling.
    if (this.#doubled <= 0 && shares > 0) this.#doubled = this.#doubledShares = this.#doubledExposure = 0;
    this.#halved += expected / 2 - shares * Math.LN2;
    this.#halvedShares += shares;
    this.#halvedExposure += exposure;
    if (this.#halved <= 0) this.#halved = this.#halvedShares = this.#halvedExposure = 0;
  }

  /** @returns the rate since it doubled or halved, if the log-likelihood ratio for that exceeds `threshold` */
  changed(threshold: number): number | undefined {
    if (this.#doubled > threshold) return this.#doubledShares / this.#doubledExposure;
    if (this.#halved > threshold) return this.#halvedShares / this.#halvedExposure;
    return undefined;
  }

  /** Lays the evidence aside, and begins again without any. */
  doubt(): void {
    const shares = this.#shares;
    const exposure = this.#exposure;
    this.forget();
    this.#formerShares = shares;
    this.#formerExposure = exposure;
  }

  /**
   * Whether the new evidence agrees with the rate that was laid aside: its log-likelihood ratio is below `threshold`.
   */
  agrees(threshold: number): boolean {
    return this.#formerShares > 0 && this.against(this.#formerShares / this.#formerExposure) < threshold;
  }

  /** Adds the evidence that was laid aside, if the new evidence agrees with it. */
  reconcile(threshold: number): void {
    const shares = this.#formerShares;
    const exposure = this.#formerExposure;
    const agrees = this.agrees(threshold);
    this.#formerShares = this.#formerExposure = 0;
    if (agrees) this.add(shares, exposure);
  }

  /** Forgets the evidence, but not what was laid aside. */
  forget(): void {
    this.#shares = this.#exposure = 0;
    this.#doubled = this.#doubledShares = this.#doubledExposure = 0;
    this.#halved = this.#halvedShares = this.#halvedExposure = 0;
  }
}

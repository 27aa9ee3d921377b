/** Evidence of more shares fades: 300 of them know a rate to 6 % and reach back 50 minutes at 10 s. */
const MEMORY_SHARES = 300;

/**
 * What the shares of a connection say about its hash rate. They are a Poisson process: `shares` of them in an
 * `exposure` (time over weight, summed) make the rate shares / exposure, with a relative standard error of
 * 1 / sqrt(shares): a Gamma posterior. Beside it runs a test (CUSUM) of whether the rate has doubled or halved since
 * some moment, which keeps the evidence since that moment.
 */
export class RateEvidence {
  #shares = 0;
  #exposure = 0;
  /** What was known before it was doubted. */
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

  /** Hashes per millisecond; 0 where nothing came. */
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

  /** To be called before `add` where a rate is known. */
  test(shares: number, exposure: number): void {
    const expected = exposure * this.rate;
    this.#doubled += shares * Math.LN2 - expected;
    this.#doubledShares += shares;
    this.#doubledExposure += exposure;
    // Asked only with a share: after a stalled line the shares of the whole time come at once, and are no doubling.
    if (this.#doubled <= 0 && shares > 0) this.#doubled = this.#doubledShares = this.#doubledExposure = 0;
    this.#halved += expected / 2 - shares * Math.LN2;
    this.#halvedShares += shares;
    this.#halvedExposure += exposure;
    if (this.#halved <= 0) this.#halved = this.#halvedShares = this.#halvedExposure = 0;
  }

  /** Has the rate doubled or halved, to this log-likelihood ratio? Then this is the rate since: else undefined. */
  changed(threshold: number): number | undefined {
    if (this.#doubled > threshold) return this.#doubledShares / this.#doubledExposure;
    if (this.#halved > threshold) return this.#halvedShares / this.#halvedExposure;
    return undefined;
  }

  /** Lays aside what is known, and begins anew. */
  doubt(): void {
    const shares = this.#shares;
    const exposure = this.#exposure;
    this.forget();
    this.#formerShares = shares;
    this.#formerExposure = exposure;
  }

  /** Does what came since agree with what was laid aside, to this log-likelihood ratio? */
  agrees(threshold: number): boolean {
    return this.#formerShares > 0 && this.against(this.#formerShares / this.#formerExposure) < threshold;
  }

  /** Takes back what was laid aside, if it agrees. */
  reconcile(threshold: number): void {
    const shares = this.#formerShares;
    const exposure = this.#formerExposure;
    const agrees = this.agrees(threshold);
    this.#formerShares = this.#formerExposure = 0;
    if (agrees) this.add(shares, exposure);
  }

  /** Forgets what came since, and keeps what was laid aside. */
  forget(): void {
    this.#shares = this.#exposure = 0;
    this.#doubled = this.#doubledShares = this.#doubledExposure = 0;
    this.#halved = this.#halvedShares = this.#halvedExposure = 0;
  }
}

/** Two spans of ten minutes: long enough that a farm's good hours outweigh one bad minute. */
const SPAN_MS = 600_000;

/**
 * How somebody stands: a score that leaks, and whether he earned what he cost of late.
 *
 * The score alone says who is a nuisance now. The balance keeps a farm connected that sends hundreds of
 * good shares and, once, a burst of bad ones: of the last ten to twenty minutes, points less good shares.
 */
export class Standing {
  #score = 0;
  #leakedAtMs: number;
  #span: number;
  #recent = 0;
  #earlier = 0;

  constructor(nowMs: number) {
    this.#leakedAtMs = nowMs;
    this.#span = Math.floor(nowMs / SPAN_MS);
  }

  /** Never negative: goodness is not saved up here. */
  get score(): number {
    return this.#score;
  }

  /** More cost than good shares in the last ten to twenty minutes. */
  get owing(): boolean {
    return this.#recent + this.#earlier > 0;
  }

  /** Nothing is held against it, and nothing for it. */
  get empty(): boolean {
    return this.#score === 0 && this.#recent === 0 && this.#earlier === 0;
  }

  add(points: number): void {
    this.#score += points;
    this.#recent += points;
  }

  /** A good share makes up for one wasted proof. */
  forgive(): void {
    this.#score = Math.max(0, this.#score - 1);
    this.#recent -= 1;
  }

  /** Lets time pass. A clock that stands or goes back changes nothing. */
  pass(nowMs: number, leakPerSecond: number): void {
    if (nowMs <= this.#leakedAtMs) return;
    this.#score = Math.max(0, this.#score - ((nowMs - this.#leakedAtMs) / 1000) * leakPerSecond);
    this.#leakedAtMs = nowMs;
    const span = Math.floor(nowMs / SPAN_MS);
    if (span === this.#span) return;
    this.#earlier = span === this.#span + 1 ? this.#recent : 0;
    this.#recent = 0;
    this.#span = span;
  }

  clear(): void {
    this.#score = 0;
    this.#recent = 0;
    this.#earlier = 0;
  }
}

/** The balance covers two spans of this length, so that a farm's good shares outweigh one bad minute. */
const SPAN_MS = 600_000;

/**
 * The standing of an address or connection: a score that leaks, and a balance of points less good shares over the last
 * ten to twenty minutes.
 *
 * The score alone shows a nuisance of this moment. The balance keeps a farm connected that sends hundreds of good
 * shares and one burst of bad ones.
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

  /** Never negative: good shares do not count in advance. */
  get score(): number {
    return this.#score;
  }

  /** Whether there were more points than good shares in the last ten to twenty minutes. */
  get owing(): boolean {
    return this.#recent + this.#earlier > 0;
  }

  /** Whether there is nothing to remember: no points, and no good shares. */
  get empty(): boolean {
    return this.#score === 0 && this.#recent === 0 && this.#earlier === 0;
  }

  add(points: number): void {
    this.#score += points;
    this.#recent += points;
  }

  /** Counts a good share: it makes up for one point. */
  forgive(): void {
    this.#score = Math.max(0, this.#score - 1);
    this.#recent -= 1;
  }

  /** Lets points leak for the time that passed. A clock that stands still or goes back changes nothing. */
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

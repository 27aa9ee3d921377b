import { backoffMs } from '@adit/rpc';
import type { NodeFinding } from './status.ts';
import type { StatusLine } from './status-line.ts';

export const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A preferred node that failed must wait this long before it serves again, because each change of node costs work. */
const RETURN_MS = 5_000;
const LOOKS_BEFORE_RETURN = 3;
/**
 * Nodes hear of a block one after the other. A node is behind if it misses more blocks than this several times in a
 * row.
 */
const USUAL_LAG = 1;
const LOOKS_BEFORE_LAG = 5;

/** How one of several nodes has done of late. Times are those of the caller's clock. */
export class NodeStanding<N extends { readonly name: string }> {
  readonly node: N;
  readonly line: StatusLine;
  /** The node is not asked for work before this time. */
  restUntil = 0;
  /** True if the last request for work, or the last look at its tip, failed. */
  failed = false;
  failedAt = Number.NEGATIVE_INFINITY;
  /** Answers in a row in which this node, in reserve, was ahead of the serving node. */
  ahead = 0;
  /** Height of its tip, or of the block under its work; undefined if it never told one. */
  height: number | undefined;
  /** Since when it has not told its tip. */
  silentSince: number | undefined;
  /** What is wrong with the work that it gave, until it gives other work or has been away. */
  fault: NodeFinding | undefined;
  #failures = 0;
  /**
   * Answers in a row that showed it too far behind. The start value says "behind" until it has been seen near the tip.
   */
  #behind = LOOKS_BEFORE_LAG;
  /** Answers in a row that showed it fit to serve. */
  #steady = 0;

  constructor(node: N, line: StatusLine) {
    this.node = node;
    this.line = line;
  }

  /** Notes that it gave work. */
  succeed(): void {
    this.failed = false;
    this.fault = undefined;
    this.#failures = 0;
    this.restUntil = 0;
  }

  /** Notes that it gave no work, or should not be asked for any. Each pause in a row is longer. */
  fail(now: number, random: () => number, baseMs: number = BACKOFF_BASE_MS): void {
    this.miss(now);
    this.restUntil = now + backoffMs(this.#failures, baseMs, BACKOFF_CAP_MS, random);
    this.#failures += 1;
  }

  /** Notes that it gave no work, and may be asked again at once. */
  miss(now: number): void {
    this.failed = true;
    this.failedAt = now;
    this.#steady = 0;
    this.ahead = 0;
  }

  /** Notes that it did not tell its tip in time. */
  hush(now: number): void {
    this.silentSince ??= now;
    this.#steady = 0;
    this.ahead = 0;
  }

  /**
   * Notes that it told its tip.
   * @returns true if it had been silent: its pause then ends, because it would only cost work
   */
  speak(): boolean {
    if (this.silentSince === undefined) return false;
    this.silentSince = undefined;
    this.succeed();
    return true;
  }

  /** Notes what an answer in reserve showed. */
  compare({ fit, ahead }: { readonly fit: boolean; readonly ahead: boolean }): void {
    this.#steady = fit ? this.#steady + 1 : 0;
    this.ahead = ahead ? this.ahead + 1 : 0;
  }

  /**
   * Notes how far behind it is.
   * @param lag blocks behind the work in hand
   * @returns whether it must not be called ready
   */
  isBehind(lag: number): boolean {
    this.#behind = lag > USUAL_LAG ? this.#behind + 1 : 0;
    return this.#behind >= LOOKS_BEFORE_LAG;
  }

  /** Whether it has been healthy for long enough to serve again. */
  isProven(now: number): boolean {
    return this.#steady >= LOOKS_BEFORE_RETURN && now - this.failedAt >= RETURN_MS;
  }
}

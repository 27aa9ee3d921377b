import { backoffMs } from '@adit/rpc';
import type { NodeFinding } from './status.ts';
import type { StatusLine } from './status-line.ts';

export const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A preferred node that failed serves again after so long at the earliest: going to and fro costs work. */
const RETURN_MS = 5_000;
const LOOKS_BEFORE_RETURN = 3;
/** Two nodes hear of a block one after the other; more than so many blocks, for so many looks, is a lag. */
const USUAL_LAG = 1;
const LOOKS_BEFORE_LAG = 5;

/** How one of several nodes has done of late. Times are those of the caller's clock. */
export class NodeStanding<N extends { readonly name: string }> {
  readonly node: N;
  readonly line: StatusLine;
  /** Not asked for work before this time. */
  restUntil = 0;
  /** The last time that it was asked, or looked at, it had nothing. */
  failed = false;
  failedAt = Number.NEGATIVE_INFINITY;
  /** Looks in a row that found it, in reserve, ahead of the node that serves. */
  ahead = 0;
  /** Height of its tip, or of what it gave work on; undefined where it never told. */
  height: number | undefined;
  /** Since when it has not answered the looks. */
  silentSince: number | undefined;
  /** What is wrong with the work that it gave; only other work, or a restart of the node, ends that. */
  fault: NodeFinding | undefined;
  #failures = 0;
  /** Looks in a row that found it too far behind. One that was never seen near the tip has not proved itself. */
  #behind = LOOKS_BEFORE_LAG;
  /** Looks in a row that found it fit to serve. */
  #steady = 0;

  constructor(node: N, line: StatusLine) {
    this.node = node;
    this.line = line;
  }

  /** It gave work. */
  succeed(): void {
    this.failed = false;
    this.fault = undefined;
    this.#failures = 0;
    this.restUntil = 0;
  }

  /** It gave no work, or should not be asked for any: it is left alone for a while, longer each time. */
  fail(now: number, random: () => number, baseMs: number = BACKOFF_BASE_MS): void {
    this.miss(now);
    this.restUntil = now + backoffMs(this.#failures, baseMs, BACKOFF_CAP_MS, random);
    this.#failures += 1;
  }

  /** It gave no work, and may be asked again at once. */
  miss(now: number): void {
    this.failed = true;
    this.failedAt = now;
    this.#steady = 0;
    this.ahead = 0;
  }

  /** It did not answer a look. */
  hush(now: number): void {
    this.silentSince ??= now;
    this.#steady = 0;
    this.ahead = 0;
  }

  /** It answered a look. True where it had been silent: the rest of its pause would only cost work. */
  speak(): boolean {
    if (this.silentSince === undefined) return false;
    this.silentSince = undefined;
    this.succeed();
    return true;
  }

  /** What a look in reserve found. */
  compare({ fit, ahead }: { readonly fit: boolean; readonly ahead: boolean }): void {
    this.#steady = fit ? this.#steady + 1 : 0;
    this.ahead = ahead ? this.ahead + 1 : 0;
  }

  /** What a look found. @param lag blocks behind the work in hand @returns whether it cannot be called ready */
  isBehind(lag: number): boolean {
    this.#behind = lag > USUAL_LAG ? this.#behind + 1 : 0;
    return this.#behind >= LOOKS_BEFORE_LAG;
  }

  /** Healthy for long enough to be given its place back. */
  isProven(now: number): boolean {
    return this.#steady >= LOOKS_BEFORE_RETURN && now - this.failedAt >= RETURN_MS;
  }
}

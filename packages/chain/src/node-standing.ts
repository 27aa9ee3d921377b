import { backoffMs } from '@adit/rpc';
import type { StatusLine } from './status-line.ts';

export const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 30_000;
/** A preferred node that failed serves again after so long at the earliest: going to and fro costs work. */
const RETURN_MS = 5_000;
const LOOKS_BEFORE_RETURN = 3;
/** Two nodes hear of a block one after the other; more than so many blocks, for so many looks, is a lag. */
const USUAL_LAG = 1;
const LOOKS_BEFORE_LAG = 5;
/** Each work that was given up unfinished doubles the patience with the next node, up to 32 times. */
const MAX_DOUBLINGS = 5;

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
  /** Since when it has not answered the looks. */
  silentSince: number | undefined;
  /** What is wrong with the work that it gave; only other work, or a restart of the node, ends that. */
  fault: { readonly state: 'lying' | 'wrong_network'; readonly detail: string } | undefined;
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

/**
 * How long a node's work is waited for while others answer. Where all of them are slow (a first shielded template
 * takes each of them 17 s), going from one to the next must not keep them all from ever finishing.
 */
export class Patience {
  #doublings = 0;

  /** @param base for the first node since the last work */
  of(base: number): number {
    return base * 2 ** this.#doublings;
  }

  /** A node's work was not waited for any longer. */
  lose(): void {
    this.#doublings = Math.min(this.#doublings + 1, MAX_DOUBLINGS);
  }

  /** There is work. */
  restore(): void {
    this.#doublings = 0;
  }
}

export interface OutageModules {
  /** The time of the wall clock; undefined when it is over. */
  readonly onOutage: (sinceMs: number | undefined) => void;
  readonly wallClock: () => number;
}

/** Tells when every node has failed since the last work, and when there is work again. */
export class Outage {
  readonly #nodes: readonly NodeStanding<{ readonly name: string }>[];
  readonly #modules: OutageModules;
  #servedAt = Number.NEGATIVE_INFINITY;
  #told = false;

  constructor(nodes: readonly NodeStanding<{ readonly name: string }>[], modules: OutageModules) {
    this.#nodes = nodes;
    this.#modules = modules;
  }

  get lasts(): boolean {
    return this.#told;
  }

  served(now: number): void {
    this.#servedAt = now;
    if (!this.#told) return;
    this.#told = false;
    this.#modules.onOutage(undefined);
  }

  /** To be called after a failure. Nobody is given up untried: pauses chosen while another node served are ended. */
  check(now: number): void {
    if (this.#told) return;
    const untried = this.#nodes.filter(({ failed, failedAt }) => !failed || failedAt < this.#servedAt);
    if (untried.length === 0) {
      this.#told = true;
      this.#modules.onOutage(this.#modules.wallClock());
    } else if (this.#nodes.every(({ restUntil }) => restUntil > now)) {
      for (const node of untried) node.restUntil = now;
    }
  }
}

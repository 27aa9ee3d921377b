import type { OnProblem } from '../problem.ts';

/** What a source of time says of the pool's clock. */
export interface ClockEvidence {
  /** Name of the node, or `headers` for the times that the chain allows in a header. */
  readonly source: string;
  /** How far that source is ahead of the pool's clock, in milliseconds; negative if it is behind. */
  readonly aheadMs: number;
}

export interface ClockWatchModules {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly onProblem: OnProblem;
}

/**
 * Difference from which a clock is called wrong. A machine with a time service is within milliseconds, and a Date header
 * is exact to a second. A block is refused by nodes whose clock is more than two hours behind its time, so there is
 * time enough to set the clock; but shares and rounds get wrong times at once.
 */
const CLOCK_OFF_MS = 60_000;
const DAY_MS = 86_400_000;

/** The clocks of nodes that have told one. */
export function nodeClocks(
  nodes: readonly { readonly name: string; readonly clockOffsetMs: number | undefined }[],
): readonly ClockEvidence[] {
  return nodes.flatMap(({ name, clockOffsetMs }) =>
    clockOffsetMs === undefined ? [] : [{ source: name, aheadMs: clockOffsetMs }],
  );
}

/** A sentence for people; undefined where the clock may be right. */
export function clockFault({ source, aheadMs }: ClockEvidence): string | undefined {
  if (Math.abs(aheadMs) < CLOCK_OFF_MS) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const where = aheadMs > 0 ? 'behind' : 'ahead of';
  if (source !== 'headers')
    return `it is ${seconds} s ${where} that of ${source}: look at the time service of both machines (timedatectl)`;
  const also = aheadMs > 0 ? '' : ', unless the chain has had no block for over an hour';
  return `it is ${seconds} s ${where} every time that the chain allows in a block: look at the time service of this machine (timedatectl)${also}`;
}

/** Reports a clock that is off: when it is found, when it has changed by as much again, and once a day. */
export class ClockWatch {
  readonly #modules: ClockWatchModules;
  /** What was reported last, by chain and source: at most as many as nodes, and one more for each chain. */
  readonly #told = new Map<string, { readonly at: number; readonly aheadMs: number }>();

  constructor(modules: ClockWatchModules) {
    this.#modules = modules;
  }

  look(chains: readonly { readonly name: string; readonly clocks: readonly ClockEvidence[] }[]): void {
    const now = this.#modules.now();
    for (const { name: chain, clocks } of chains) {
      for (const clock of clocks) {
        const key = `${chain} ${clock.source}`;
        const detail = clockFault(clock);
        const told = this.#told.get(key);
        if (detail === undefined) this.#told.delete(key);
        else if (
          told === undefined ||
          now - told.at >= DAY_MS ||
          Math.abs(clock.aheadMs - told.aheadMs) >= CLOCK_OFF_MS
        ) {
          this.#told.set(key, { at: now, aheadMs: clock.aheadMs });
          this.#modules.onProblem({ cause: 'clock_off', chain, detail });
        }
      }
    }
  }
}

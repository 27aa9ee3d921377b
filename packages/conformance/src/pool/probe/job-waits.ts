import type { PoolSession, SeenJob } from './pool-session.ts';

/** What a check waits for: any other job, or one of a kind that the dialect names. */
export interface WantedJob<J extends SeenJob> {
  /** The same words for the same kind, in all checks: `no job with clean_jobs false`. */
  readonly none: string;
  readonly wanted: (job: J) => boolean;
  readonly withinMs: number;
}

/** How a wait for any job at all that follows the first is called. */
export const NO_OTHER_JOB = 'no other job';

/**
 * The waits for new jobs of a run. The probe cannot make most pools send one, so a check waits a minute for it. Where it
 * does not come, the next check would wait for the same job in vain: what one check has waited for, the others know.
 */
export class JobWaits {
  /** What did not come, and for how many milliseconds it was waited for. */
  readonly #vain = new Map<string, number>();

  /** The first wanted job behind `after`. @returns undefined where none comes in time, or none came in a wait as long */
  async next<J extends SeenJob>(
    session: PoolSession<J>,
    after: SeenJob,
    { none, wanted, withinMs }: WantedJob<J>,
  ): Promise<J | undefined> {
    const behind = () => session.jobs().filter(({ place }) => place > after.place);
    const find = () => behind().find(wanted);
    const known = find();
    if (known !== undefined || this.#isVain(none, withinMs)) return known;
    const began = performance.now();
    await session.connection.until(() => find() !== undefined, withinMs);
    const found = find();
    // A connection that ended early has seen less than a whole wait.
    if (found === undefined && session.connection.closed === undefined) {
      const waited = Math.min(withinMs, performance.now() - began);
      const kinds = behind().length === 0 ? [none, NO_OTHER_JOB] : [none];
      for (const kind of kinds) this.#vain.set(kind, Math.max(waited, this.#vain.get(kind) ?? 0));
    }
    return found;
  }

  /** A millisecond less than was wanted is the clock's. */
  #isVain(none: string, withinMs: number): boolean {
    return [none, NO_OTHER_JOB].some((kind) => (this.#vain.get(kind) ?? 0) >= withinMs - 1);
  }
}

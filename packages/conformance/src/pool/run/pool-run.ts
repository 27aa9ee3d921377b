import { setTimeout as pause } from 'node:timers/promises';
import { judged } from '../../checks/judged.ts';
import { cannotTell, type Judgement, notApplicable, orNothing, type WireLine } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { PoolCheck } from '../check.ts';
import { type PoolProbe, SHUT_OUT } from '../probe/pool-probe.ts';
import { OVERTAKING_MS } from '../probe/pool-session.ts';
import { comesBack, ended } from './pool-life.ts';

/** After this many checks in a row that found no pool, or were shut out, the others are not asked. */
const GONE_AFTER = 3;
/** How often a check is asked where blocks come in between, or the pool shuts the probe out. */
const ATTEMPTS = 3;

export interface PoolRunOptions {
  /** Why the pool does not let the worker in; undefined where it does. */
  readonly refusal: string | undefined;
}

export interface PoolRunParts {
  readonly probe: PoolProbe;
  readonly signal?: AbortSignal;
}

/** What a run knows from check to check: whether the pool is there, and why the remaining checks are not asked. */
export class PoolRun {
  readonly #probe: PoolProbe;
  readonly #signal: AbortSignal | undefined;
  readonly #refusal: string | undefined;
  readonly #returnMs: number;
  /** Checks in a row that found no pool. */
  #unreachable = 0;
  /** The check in which the pool went away; set until it has been waited for. */
  #goneIn: string | undefined;
  /** Whether it is known that the pool wants no shares of another chain. */
  #fits = false;
  /** Why the remaining checks are not asked. */
  #reason: string | undefined;

  constructor({ refusal }: PoolRunOptions, { probe, signal }: PoolRunParts) {
    this.#refusal = refusal;
    this.#probe = probe;
    this.#signal = signal;
    this.#returnMs = ATTEMPTS * probe.options.limits.shutOutMs;
  }

  /** Asks a check, or says why it is not asked. @returns the judgement, and the last lines of the conversation */
  async ask(
    check: PoolCheck,
  ): Promise<{ readonly judgement: Judgement; readonly wire: readonly WireLine[] }> {
    const why = await this.#whyNot(check);
    if (why !== undefined) return { judgement: cannotTell(`not asked: ${why}`), wire: [] };
    this.#probe.reset();
    let judgement = await judge(check, this.#probe);
    if (wasAway(judgement) && (await this.#isBack())) {
      this.#probe.reset();
      judgement = await judge(check, this.#probe);
    }
    const wire = [...this.#probe.transcript.lines];
    judgement = await this.#withoutMisfit(judgement);
    this.#count(check, judgement);
    this.#probe.reset();
    return { judgement, wire };
  }

  async #whyNot(check: PoolCheck): Promise<string | undefined> {
    if (this.#goneIn !== undefined && !(await this.#isBack()))
      this.#reason ??= this.#lost(`in ${this.#goneIn}`);
    this.#goneIn = undefined;
    if (this.#unreachable >= GONE_AFTER) this.#reason ??= 'the pool takes no connections any more';
    if (this.#signal?.aborted === true) this.#reason = 'the run was stopped';
    return this.#reason ?? (check.asksLogin === true ? undefined : this.#refusal);
  }

  async #isBack(): Promise<boolean> {
    return await comesBack(this.#probe, this.#returnMs, this.#signal);
  }

  #lost(when: string): string {
    return `the pool ended ${when} and did not come back within ${seconds(this.#returnMs)}`;
  }

  /** Most checks need shares. Where the probe solves those of another chain, that is one cause, and no fault of the pool. */
  async #withoutMisfit(judgement: Judgement): Promise<Judgement> {
    const settled = judgement.outcome === 'pass' || judgement.outcome === 'not_applicable';
    if (this.#fits || settled || judgement.cause !== undefined) return judgement;
    this.#fits = true;
    const session = await this.#probe.login().catch(orNothing);
    if (session === undefined) return judgement;
    this.#reason = await this.#probe.dialect.misfit(this.#probe.options, session);
    return this.#reason === undefined ? judgement : cannotTell(this.#reason);
  }

  #count({ id }: PoolCheck, judgement: Judgement): void {
    if (wasAway(judgement)) this.#reason ??= this.#lost(`before ${id}`);
    else if (judgement.cause === 'gone') this.#goneIn = id;
    else if (judgement.cause !== undefined) this.#unreachable += 1;
    else if (judgement.outcome === 'pass') this.#unreachable = 0;
  }
}

/** Whether the pool was away when the check began. */
function wasAway({ outcome, cause }: Judgement): boolean {
  return cause === 'gone' && outcome === 'cannot_tell';
}

/**
 * Asks one check. Asks it again where a block came in between, because the pool may have refused a share for that
 * reason; and where the pool shut the probe out for a while, which a pool may do.
 */
async function judge(check: PoolCheck, probe: PoolProbe): Promise<Judgement> {
  if (check.aggressive === true && !probe.options.aggressive) {
    return notApplicable('not asked: it loads the pool on purpose (--aggressive)');
  }
  for (let attempt = 1; ; attempt += 1) {
    const judgement = await judged(() => check.run(probe));
    const settled = judgement.outcome === 'pass' || judgement.outcome === 'not_applicable';
    if (!settled && (await probe.isGone())) return ended(probe, judgement);
    if (!settled && check.aggressive !== true && (await probe.isShutOut())) {
      if (attempt === ATTEMPTS) return SHUT_OUT;
      await pause(probe.options.limits.shutOutMs);
    } else {
      const within = judgement.outcome === 'fail' ? OVERTAKING_MS : 0;
      if (check.awaitsJobs === true || !(await probe.overtaken(within))) return judgement;
      if (attempt === ATTEMPTS) {
        return judgement.outcome === 'fail'
          ? cannotTell(`blocks come too fast: ${judgement.came}`)
          : judgement;
      }
    }
    probe.reset();
  }
}

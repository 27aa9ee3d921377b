import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '@adit/primitives';
import { PROBE_DIALECTS } from '../dialects.ts';
import { cannotTell, type Finding, fail, Judged, type Judgement, notApplicable } from '../report/finding.ts';
import { DIALECTS } from '../wire/dialect.ts';
import { requireOwnPool } from '../wire/own-machine.ts';
import { POOL_CHECKS } from './all-checks.ts';
import type { PoolCheck } from './check.ts';
import type { PoolDialect } from './dialect.ts';
import type { PoolProbeOptions } from './options.ts';
import { PoolProbe, SHUT_OUT } from './pool-probe.ts';
import { OVERTAKING_MS } from './pool-session.ts';
import { requireDialect } from './require-dialect.ts';

export interface RunModules {
  readonly onFinding?: (finding: Finding) => void;
  /** There is a pool of the dialect, and it may be asked. */
  readonly onReady?: () => void;
  /** Called before a check begins. */
  readonly onBegin?: (check: PoolCheck) => void;
  /** All that there are where left out. */
  readonly checks?: readonly PoolCheck[];
  /** Ends the run behind the check in hand. */
  readonly signal?: AbortSignal;
}

/** Checks in a row that met no pool, or a closed door, after which the rest need not wait for theirs. */
const GONE_AFTER = 3;
/** Blocks that may come in the way of one check. */
const ATTEMPTS = 3;

/**
 * Asks a pool every question of its dialect, one after the other.
 * @returns a finding for each check, in order
 * @throws AditError `ADIT_NO_POOL` where nobody answers at all, or something that is no pool; `ADIT_OTHER_DIALECT` and
 * `ADIT_OTHER_CHAIN` where it is one of another dialect or chain; `ADIT_NOT_YOUR_POOL`
 */
export async function runPoolProbe(options: PoolProbeOptions, modules: RunModules = {}): Promise<Finding[]> {
  const { checks = POOL_CHECKS, onReady, onBegin, onFinding, signal } = modules;
  const addresses = await requireOwnPool(options.host, options.operated === true);
  const probe = new PoolProbe(options, { dialect: PROBE_DIALECTS[options.dialect].pools, addresses });
  const findings: Finding[] = [];
  let unreachable = 0;
  try {
    await requireDialect(probe, poolDialects());
    onReady?.();
    for (const check of checks.filter((check) => isAsked(check, options))) {
      onBegin?.(check);
      const began = performance.now();
      let judgement: Judgement;
      if (signal?.aborted === true) judgement = cannotTell('not asked: the run was stopped');
      else if (unreachable >= GONE_AFTER)
        judgement = cannotTell('not asked: the pool takes no connections any more');
      else judgement = await withStateOfPool(await judge(check, probe), probe);
      const { came, outcome, cause } = judgement;
      if (cause !== undefined) unreachable += 1;
      else if (outcome === 'pass') unreachable = 0;
      const finding: Finding = {
        ...describe(check),
        outcome,
        came,
        milliseconds: Math.round(performance.now() - began),
        wire: probe.transcript.lines,
      };
      probe.reset();
      findings.push(finding);
      onFinding?.(finding);
    }
  } finally {
    probe.reset();
    await probe.close();
  }
  return findings;
}

/** What pools of each dialect are like. */
function poolDialects(): readonly PoolDialect[] {
  return DIALECTS.map((name) => PROBE_DIALECTS[name].pools);
}

/** Which checks a run asks: those of the dialect, or of them the ones that are named. */
export function isAsked(
  check: PoolCheck,
  { dialect, only }: Pick<PoolProbeOptions, 'dialect' | 'only'>,
): boolean {
  return check.dialects.includes(dialect) && (only === undefined || only.includes(check.id));
}

/** What of a check stands in the report. */
function describe({ id, title, group, rules, sent, expected }: PoolCheck) {
  return { id, title, group, rules, sent, expected };
}

/**
 * One check, and again where a block came in between: then a share was refused for another reason than the one asked
 * about. Also where the pool shut the door for a while: that is its right, and no answer.
 */
async function judge(check: PoolCheck, probe: PoolProbe): Promise<Judgement> {
  if (check.aggressive === true && !probe.options.aggressive) {
    return notApplicable('not asked: it loads the pool on purpose (--aggressive)');
  }
  for (let attempt = 1; ; attempt += 1) {
    const judgement = await judgeOnce(check, probe);
    const settled = judgement.outcome === 'pass' || judgement.outcome === 'not_applicable';
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

/** A fault of the probe is said to be one. */
async function judgeOnce(check: PoolCheck, probe: PoolProbe): Promise<Judgement> {
  try {
    return await check.run(probe);
  } catch (error) {
    if (error instanceof Judged) return error.judgement;
    return cannotTell(`the probe itself failed: ${messageOf(error)}`);
  }
}

/** Behind a failure that was the pool's last word: whether it is still there is what its operator wants to know first. */
async function withStateOfPool(judgement: Judgement, probe: PoolProbe): Promise<Judgement> {
  if (judgement.outcome !== 'fail') return judgement;
  try {
    (await probe.open()).close();
    return judgement;
  } catch (error) {
    if (!(error instanceof Judged)) throw error;
    return fail(`${judgement.came}; and now there is ${error.judgement.came}`);
  }
}

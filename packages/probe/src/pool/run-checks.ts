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
  /** Called when a pool of the dialect has answered and may be asked. */
  readonly onReady?: () => void;
  /** Called before a check begins. */
  readonly onBegin?: (check: PoolCheck) => void;
  /** All checks where left out. */
  readonly checks?: readonly PoolCheck[];
  /** Ends the run after the current check. */
  readonly signal?: AbortSignal;
}

/** After this many checks in a row that found no pool, or were shut out, the others are not asked. */
const GONE_AFTER = 3;
/** How often a check is asked where blocks come in between, or the pool shuts the probe out. */
const ATTEMPTS = 3;

/**
 * Asks a pool all checks of its dialect, one after the other.
 * @returns a finding for each check, in order
 * @throws AditError `ADIT_NO_POOL` where nothing answers, or something that is not a pool; `ADIT_OTHER_DIALECT` and
 * `ADIT_OTHER_CHAIN` where the pool has another dialect or chain; `ADIT_NOT_YOUR_POOL`
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

/** What the probe knows of pools, for each dialect. */
function poolDialects(): readonly PoolDialect[] {
  return DIALECTS.map((name) => PROBE_DIALECTS[name].pools);
}

/** Whether a run asks this check: it belongs to the dialect, and `only` names it or is undefined. */
export function isAsked(
  check: PoolCheck,
  { dialect, only }: Pick<PoolProbeOptions, 'dialect' | 'only'>,
): boolean {
  return check.dialects.includes(dialect) && (only === undefined || only.includes(check.id));
}

/** The part of a check that stands in the report. */
function describe({ id, title, group, rules, sent, expected }: PoolCheck) {
  return { id, title, group, rules, sent, expected };
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

/** Asks one check once. An error that is not `Judged` is a fault of the probe, and the judgement says so. */
async function judgeOnce(check: PoolCheck, probe: PoolProbe): Promise<Judgement> {
  try {
    return await check.run(probe);
  } catch (error) {
    if (error instanceof Judged) return error.judgement;
    return cannotTell(`the probe itself failed: ${messageOf(error)}`);
  }
}

/** Adds to a failure whether the pool still takes connections: its operator wants to know that first. */
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

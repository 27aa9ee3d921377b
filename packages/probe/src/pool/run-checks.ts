import { AditError, messageOf } from '@adit/primitives';
import { cannotTell, type Finding, Judged, type Judgement, notApplicable } from '../report/finding.ts';
import { POOL_CHECKS } from './all-checks.ts';
import type { PoolCheck } from './check.ts';
import type { PoolProbeOptions } from './options.ts';
import { PoolProbe } from './pool-probe.ts';

export interface RunModules {
  readonly onFinding?: (finding: Finding) => void;
  /** Called before a check begins. */
  readonly onBegin?: (check: PoolCheck) => void;
  /** All that there are where left out. */
  readonly checks?: readonly PoolCheck[];
}

/** Refused connections in a row after which the rest need not wait for theirs. */
const GONE_AFTER = 3;
/** Blocks that may come in the way of one check. */
const ATTEMPTS = 3;

/**
 * Asks a pool every question of its dialect, one after the other.
 * @returns a finding for each check, in order
 * @throws AditError `ADIT_NO_POOL` where nobody answers at all
 */
export async function runPoolProbe(options: PoolProbeOptions, modules: RunModules = {}): Promise<Finding[]> {
  const { checks = POOL_CHECKS, onBegin, onFinding } = modules;
  const probe = new PoolProbe(options);
  const findings: Finding[] = [];
  let unreachable = 0;
  try {
    await requireAnswer(probe);
    for (const check of checks.filter((check) => isAsked(check, options))) {
      onBegin?.(check);
      const began = performance.now();
      const judgement =
        unreachable >= GONE_AFTER
          ? cannotTell('not asked: the pool no longer takes connections')
          : await judge(check, probe);
      unreachable = judgement.came.startsWith('no connection to the pool') ? unreachable + 1 : unreachable;
      if (judgement.outcome === 'pass') unreachable = 0;
      const finding: Finding = {
        ...describe(check),
        ...judgement,
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

/** Which checks a run asks: those of the dialect, or of them the ones that are named. */
export function isAsked(
  check: PoolCheck,
  { dialect, only }: Pick<PoolProbeOptions, 'dialect' | 'only'>,
): boolean {
  return check.dialects.includes(dialect) && (only === undefined || only.includes(check.id));
}

async function requireAnswer(probe: PoolProbe): Promise<void> {
  const { host, port } = probe.options;
  try {
    await probe.open();
  } catch (error) {
    if (!(error instanceof Judged)) throw error;
    throw new AditError('ADIT_NO_POOL', `${host}:${port}: ${error.judgement.came}`);
  }
  probe.reset();
}

/** What of a check stands in the report. */
function describe({ id, title, group, rules, sent, expected }: PoolCheck) {
  return { id, title, group, rules, sent, expected };
}

/** One check, and again where a block came in between: then a share was refused for another reason than the one asked about. */
async function judge(check: PoolCheck, probe: PoolProbe): Promise<Judgement> {
  if (check.aggressive === true && !probe.options.aggressive) {
    return notApplicable('not asked: it loads the pool on purpose (--aggressive)');
  }
  for (let attempt = 1; ; attempt += 1) {
    const judgement = await judgeOnce(check, probe);
    if (check.awaitsJobs === true || !probe.overtaken()) return judgement;
    if (attempt === ATTEMPTS) {
      return judgement.outcome === 'fail' ? cannotTell(`blocks come too fast: ${judgement.came}`) : judgement;
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

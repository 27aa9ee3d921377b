import { setTimeout as pause } from 'node:timers/promises';
import { DIALECTS } from '@adit/stratum';
import { requireOwnPool } from '@adit/wire';
import { chosenChecks } from '../../checks/chosen-checks.ts';
import { findingOf, judged } from '../../checks/judged.ts';
import { EXAMINED_DIALECTS } from '../../dialects.ts';
import { cannotTell, type Finding, type Judgement, notApplicable } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import { POOL_CHECKS } from '../all-checks.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolDialect } from '../dialect.ts';
import { PoolProbe, SHUT_OUT } from '../probe/pool-probe.ts';
import { OVERTAKING_MS } from '../probe/pool-session.ts';
import type { PoolProbeOptions } from './options.ts';
import { comesBack, ended } from './pool-life.ts';
import { requireDialect } from './require-dialect.ts';

export interface PoolRunModules {
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

/** What the user of somebody else's pool has to know. */
const HARM =
  "The checks send forged shares, damaged messages and bursts of connections: on somebody else's pool that is an attack, and it may get your address banned.";
/** After this many checks in a row that found no pool, or were shut out, the others are not asked. */
const GONE_AFTER = 3;
/** How often a check is asked where blocks come in between, or the pool shuts the probe out. */
const ATTEMPTS = 3;

/**
 * Asks a pool all checks of its dialect, one after the other.
 * @returns a finding for each check, in order
 * @throws AditError `ADIT_BAD_OPTION` for an unknown id in `only`; `ADIT_NOT_YOUR_POOL`; `ADIT_NO_POOL` where nothing
 *   answers, or something that is not a pool; `ADIT_OTHER_DIALECT` and `ADIT_OTHER_CHAIN` where the pool has another one
 */
export async function runPoolProbe(
  options: PoolProbeOptions,
  modules: PoolRunModules = {},
): Promise<Finding[]> {
  const { onReady, onBegin, onFinding, signal } = modules;
  const checks = chosenChecks(modules.checks ?? POOL_CHECKS, options);
  const addresses = await requireOwnPool(options.host, { operated: options.operated === true, harm: HARM });
  const probe = new PoolProbe(options, { dialect: EXAMINED_DIALECTS[options.dialect].pools, addresses });
  const findings: Finding[] = [];
  const returnMs = ATTEMPTS * options.limits.shutOutMs;
  let unreachable = 0;
  /** The last check that the pool was asked while it was there; set while it is gone. */
  let goneIn: string | undefined;
  /** Why the other checks are not asked. */
  let reason: string | undefined;
  try {
    const refusal = await requireDialect(probe, poolDialects());
    onReady?.();
    for (const check of checks) {
      onBegin?.(check);
      const begun = performance.now();
      if (goneIn !== undefined && !(await comesBack(probe, returnMs, signal)))
        reason ??= `the pool ended in ${goneIn} and did not come back within ${seconds(returnMs)}`;
      goneIn = undefined;
      if (unreachable >= GONE_AFTER) reason ??= 'the pool takes no connections any more';
      if (signal?.aborted === true) reason = 'the run was stopped';
      const why = reason ?? (check.asksLogin === true ? undefined : refusal);
      probe.reset();
      let judgement = why === undefined ? await judge(check, probe) : cannotTell(`not asked: ${why}`);
      if (wasAway(judgement) && (await comesBack(probe, returnMs, signal))) {
        probe.reset();
        judgement = await judge(check, probe);
      }
      if (wasAway(judgement))
        reason ??= `the pool ended before ${check.id} and did not come back within ${seconds(returnMs)}`;
      else if (judgement.cause === 'gone') goneIn = check.id;
      else if (judgement.cause !== undefined) unreachable += 1;
      else if (judgement.outcome === 'pass') unreachable = 0;
      const finding = findingOf(check, judgement, { begun, wire: probe.transcript.lines });
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

/** Whether the pool was away when the check began. */
function wasAway({ outcome, cause }: Judgement): boolean {
  return cause === 'gone' && outcome === 'cannot_tell';
}

/** What the probe knows of pools, for each dialect. */
function poolDialects(): readonly PoolDialect[] {
  return DIALECTS.map((name) => EXAMINED_DIALECTS[name].pools);
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

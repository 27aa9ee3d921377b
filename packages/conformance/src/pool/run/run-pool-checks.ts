import { DIALECTS } from '@adit/stratum';
import { requireOwnPool } from '@adit/wire';
import { chosenChecks } from '../../checks/chosen-checks.ts';
import { findingOf } from '../../checks/judged.ts';
import { EXAMINED_DIALECTS } from '../../dialects.ts';
import type { Finding } from '../../report/finding.ts';
import { POOL_CHECKS } from '../all-checks.ts';
import type { PoolCheck } from '../check.ts';
import type { PoolDialect } from '../dialect.ts';
import { PoolProbe } from '../probe/pool-probe.ts';
import type { PoolProbeOptions } from './options.ts';
import { PoolRun } from './pool-run.ts';
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
  try {
    const refusal = await requireDialect(probe, poolDialects());
    const run = new PoolRun({ refusal }, { probe, ...(signal === undefined ? {} : { signal }) });
    onReady?.();
    for (const check of checks) {
      onBegin?.(check);
      const begun = performance.now();
      const { judgement, wire } = await run.ask(check);
      const finding = findingOf(check, judgement, { begun, wire });
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
  return DIALECTS.map((name) => EXAMINED_DIALECTS[name].pools);
}

import { chosenChecks } from '../../checks/chosen-checks.ts';
import { findingOf, judged } from '../../checks/judged.ts';
import { EXAMINED_DIALECTS } from '../../dialects.ts';
import { cannotTell, type Finding } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import { MINER_CHECKS } from '../all-checks.ts';
import { CHECK_SECONDS, type MinerCheck } from '../check.ts';
import { MinerProbe } from '../probe/miner-probe.ts';
import { MINER_PROBE_LIMITS, MINER_WAIT_MS, type MinerProbeOptions } from './options.ts';

const STOPPED = 'not asked to the end: the run was stopped';

export interface MinerRunModules {
  /** Called with each finding as soon as it is made. */
  readonly onFinding?: (finding: Finding) => void;
  /** All checks where left out. */
  readonly checks?: readonly MinerCheck[];
  /** Called when the port is open and the miner may be started. */
  readonly onListening?: (host: string, port: number) => void;
  /** Ends the run early. Checks that have not run by then are `cannot_tell`. */
  readonly signal?: AbortSignal;
}

/**
 * Plays a pool to the miner that connects, and judges it.
 *
 * @returns a finding for each check, in the order in which they ran
 * @throws AditError `ADIT_BAD_OPTION` for an unknown id in `only`, `ADIT_NOT_LOOPBACK`, `ADIT_CANNOT_LISTEN`,
 *   `ADIT_BAD_EQUIHASH_PARAMETERS`
 */
export async function runMinerProbe(
  options: MinerProbeOptions,
  modules: MinerRunModules = {},
): Promise<readonly Finding[]> {
  const checks = chosenChecks(modules.checks ?? MINER_CHECKS, options);
  const { host, port, allowRemote = false, waitMs = MINER_WAIT_MS } = options;
  const dialect = EXAMINED_DIALECTS[options.dialect].miners(options);
  const limits = { ...MINER_PROBE_LIMITS, ...options.limits };
  const probe = await MinerProbe.open({ host, port, allowRemote, limits, rate: options.rate }, { dialect });
  const findings: Finding[] = [];
  const stopped = new Promise<void>((resolve) => {
    modules.signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    modules.onListening?.(host, probe.port);
    const came = await probe.arrives(waitMs, modules.signal);
    const nobody = came ? undefined : absence(probe, seconds(waitMs));
    for (const check of checks) {
      const reason = modules.signal?.aborted === true ? STOPPED : nobody;
      const finding = await play(probe, check, reason, stopped);
      findings.push(finding);
      modules.onFinding?.(finding);
    }
  } finally {
    await probe.close();
  }
  return findings;
}

function absence({ silent }: MinerProbe, within: string): string {
  if (silent === 0) return `no miner came within ${within}`;
  const who = silent === 1 ? 'a connection came and has' : `${silent} connections came and have`;
  return `${who} not said a line within ${within}: a miner speaks first`;
}

async function play(
  probe: MinerProbe,
  check: MinerCheck,
  reason: string | undefined,
  stopped: Promise<void>,
): Promise<Finding> {
  const checkRun = probe.begin(check.seconds ?? CHECK_SECONDS);
  const begun = performance.now();
  const why = reason ?? probe.gone;
  // A check that still runs after a stop ends when the connections are closed.
  const judgement =
    why !== undefined
      ? cannotTell(why)
      : await Promise.race([judged(() => check.run(probe)), stopped.then(() => cannotTell(STOPPED))]);
  if (check.group === 'attack' || judgement.outcome !== 'pass') probe.unsettle();
  return findingOf(check, judgement, { begun, wire: checkRun.lines });
}

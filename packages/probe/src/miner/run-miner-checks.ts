import { AditError, messageOf } from '@adit/primitives';
import { PROBE_DIALECTS } from '../dialects.ts';
import { cannotTell, type Finding, Judged, type Judgement } from '../report/finding.ts';
import { ALL_MINER_CHECKS } from './all-checks.ts';
import { CHECK_SECONDS, type MinerCheck } from './check.ts';
import { MinerProbe } from './miner-probe.ts';
import { seconds } from './miner-session.ts';
import { MINER_PROBE_LIMITS, MINER_WAIT_MS, type MinerProbeOptions } from './options.ts';

const STOPPED = 'not asked to the end: the run was stopped';

export interface MinerProbeModules {
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
 * @throws AditError `ADIT_BAD_OPTION` for an unknown id in `only`, `ADIT_BAD_ADDRESS`, `ADIT_CANNOT_LISTEN`,
 *   `ADIT_BAD_EQUIHASH_PARAMETERS`
 */
export async function runMinerProbe(
  options: MinerProbeOptions,
  modules: MinerProbeModules = {},
): Promise<readonly Finding[]> {
  const checks = chosen(options, modules.checks ?? ALL_MINER_CHECKS);
  const { host, port, allowRemote = false, waitMs = MINER_WAIT_MS } = options;
  const dialect = PROBE_DIALECTS[options.dialect].miners(options);
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
  const { outcome, came } =
    why !== undefined
      ? cannotTell(why)
      : await Promise.race([judge(probe, check), stopped.then(() => cannotTell(STOPPED))]);
  const { id, title, group, rules, sent, expected } = check;
  const milliseconds = Math.round(performance.now() - begun);
  return { id, title, group, rules, sent, expected, outcome, came, milliseconds, wire: [...checkRun.lines] };
}

async function judge(probe: MinerProbe, check: MinerCheck): Promise<Judgement> {
  try {
    return await check.run(probe);
  } catch (error) {
    if (error instanceof Judged) return error.judgement;
    // Only a fault of the probe gets here, whatever the miner does.
    return cannotTell(`the probe itself failed: ${messageOf(error)}`);
  }
}

function chosen({ dialect, only }: MinerProbeOptions, all: readonly MinerCheck[]): readonly MinerCheck[] {
  const checks = all.filter(({ dialects }) => dialects.includes(dialect));
  if (only === undefined) return checks;
  for (const id of only) {
    if (checks.some((check) => check.id === id)) continue;
    throw new AditError(
      'ADIT_BAD_OPTION',
      `there is no check ${JSON.stringify(id)} for ${dialect}; --list names all`,
    );
  }
  return checks.filter(({ id }) => only.includes(id));
}

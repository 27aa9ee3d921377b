import { chosenChecks, POOL_CHECKS, PROBE_LIMITS, parseChainParams, runPoolProbe } from '@adit/conformance';
import { parsePoolUrl } from '@adit/net';
import { AditError } from '@adit/primitives';
import { placeOf } from '@adit/wire';
import { dialectOption } from '../../dialects.ts';
import { VERSION } from '../../version.ts';
import { type TlsCommandOptions, tlsOption } from '../tls-option.ts';
import { checkListOptions, type ListOptions, printChecks } from './list.ts';
import { type LoginOptions, loginOption, onlyOption, secondsOption } from './options.ts';
import { Report } from './report.ts';
import { stopSignal } from './stop.ts';

export interface ProbePoolOptions extends ListOptions, LoginOptions, TlsCommandOptions {
  readonly dialect: string;
  readonly chainParams: string;
  readonly aggressive: boolean;
  readonly iOperateThisPool: boolean;
  readonly only?: string;
  readonly answerSeconds: string;
  readonly shareSeconds: string;
  readonly jobSeconds: string;
}

/** `adit probe pool`: runs every check on a pool, and reports the answers. */
export async function runProbePool(address: string | undefined, options: ProbePoolOptions): Promise<void> {
  const dialect = dialectOption(options.dialect);
  checkListOptions(options);
  const known = chosenChecks(POOL_CHECKS, { dialect }).map(({ id }) => id);
  const only = onlyOption(options.only, known);
  const which = { dialect, ...(only === undefined ? {} : { only }) };
  if (options.list) {
    return printChecks('pool', chosenChecks(POOL_CHECKS, which), { ...options, all: only === undefined });
  }
  if (address === undefined) {
    throw new AditError('ADIT_BAD_OPTION', 'the address of the pool is missing: stratum+tcp://host:port');
  }
  const url = parsePoolUrl(address);
  const { host, port } = url;
  const run = {
    host,
    port,
    ...tlsOption(url.tls === true, options),
    ...loginOption(url, options),
    ...which,
    operated: options.iOperateThisPool,
    equihash: parseChainParams(options.chainParams),
    aggressive: options.aggressive,
    agent: `adit-probe/${VERSION}`,
    limits: {
      ...PROBE_LIMITS,
      answerMs: secondsOption('--answer-seconds', options.answerSeconds),
      shareMs: secondsOption('--share-seconds', options.shareSeconds),
      jobMs: secondsOption('--job-seconds', options.jobSeconds),
    },
  };
  const report = new Report(
    { kind: 'pool', target: placeOf(host, port), dialect, startedAt: Date.now() },
    options,
  );
  const signal = stopSignal('ending behind the check in hand; Ctrl-C once more ends at once');
  const findings = await runPoolProbe(run, {
    signal,
    // Print nothing before it is certain that there is something to ask.
    onReady: () => report.begin(),
    onFinding: (finding) => report.finding(finding),
  });
  report.end(findings, signal.aborted);
}

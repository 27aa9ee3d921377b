import { AditError } from '@adit/primitives';
import {
  MINER_PROBE_LIMITS,
  minerChecksOf,
  parseChainParams,
  parseListenAddress,
  placeOf,
  runMinerProbe,
} from '@adit/probe';
import { checkListOptions, type ListOptions, printChecks } from './list.ts';
import { dialectOption, onlyOption, secondsOption } from './options.ts';
import { Report } from './report.ts';
import { stopSignal } from './stop.ts';

export interface ProbeMinerOptions extends ListOptions {
  readonly listen: string;
  readonly dialect: string;
  readonly chainParams: string;
  readonly allowRemote: boolean;
  /** Seconds for the first connection. */
  readonly wait: string;
  readonly shareSeconds: string;
  readonly returnSeconds: string;
  /** Solutions or hashes a second, about; measured where left out. */
  readonly rate?: string;
  readonly only?: string;
}

/** `adit probe miner`: plays a pool to the miner that connects, and says what it did. */
export async function runProbeMiner(options: ProbeMinerOptions): Promise<void> {
  const dialect = dialectOption(options.dialect);
  checkListOptions(options);
  const checks = minerChecksOf(dialect);
  const only = onlyOption(
    options.only,
    checks.map(({ id }) => id),
  );
  if (options.list) {
    const listed = checks.filter(({ id }) => only?.includes(id) ?? true);
    return printChecks('miner', listed, { ...options, all: only === undefined });
  }
  const { host, port } = parseListenAddress(options.listen);
  const startedAt = Date.now();
  const reportAt = (place: string) =>
    new Report({ kind: 'miner', target: place, dialect, startedAt }, options);
  let report = reportAt(placeOf(host, port));
  const run = {
    host,
    port,
    allowRemote: options.allowRemote,
    dialect,
    equihash: parseChainParams(options.chainParams),
    waitMs: secondsOption('--wait', options.wait),
    limits: {
      ...MINER_PROBE_LIMITS,
      shareMs: secondsOption('--share-seconds', options.shareSeconds),
      returnMs: secondsOption('--return-seconds', options.returnSeconds),
    },
    ...(only === undefined ? {} : { only }),
    ...(options.rate === undefined ? {} : { rate: rateOption(options.rate) }),
  };
  const signal = stopSignal();
  const findings = await runMinerProbe(run, {
    signal,
    onListening: (host, port) => {
      // Port 0 has become a real one.
      report = reportAt(placeOf(host, port));
      process.stderr.write(`start the miner now, with the pool stratum+tcp://${placeOf(host, port)}\n`);
      report.begin();
    },
    onFinding: (finding) => report.finding(finding),
  }).catch((error: unknown) => {
    throw reworded(error, host);
  });
  report.end(findings, signal.aborted);
}

/** The probe itself does not know how the option is called. */
function reworded(error: unknown, host: string): unknown {
  if (!(error instanceof AditError) || error.code !== 'ADIT_BAD_ADDRESS') return error;
  return new AditError(
    error.code,
    `${host} can be reached from other machines: listen on 127.0.0.1, or allow it with --allow-remote`,
  );
}

/** @throws AditError `ADIT_BAD_OPTION` */
function rateOption(text: string): number {
  if (/^[0-9]{1,12}(\.[0-9]{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new AditError(
    'ADIT_BAD_OPTION',
    `--rate must be the solutions or hashes a second of the miner, such as 420000; this is ${text}`,
  );
}

import {
  chosenChecks,
  MINER_CHECKS,
  MINER_PROBE_LIMITS,
  parseChainParams,
  runMinerProbe,
} from '@adit/conformance';
import { AditError } from '@adit/primitives';
import { parseListenAddress, placeOf } from '@adit/wire';
import { dialectOption } from '../../dialects.ts';
import { checkListOptions, type ListOptions, printChecks } from './list.ts';
import { onlyOption, secondsOption } from './options.ts';
import { Report } from './report.ts';
import { stopSignal } from './stop.ts';

export interface ProbeMinerOptions extends ListOptions {
  readonly listen: string;
  readonly dialect: string;
  readonly chainParams: string;
  readonly allowRemote: boolean;
  /** Seconds to wait for the first connection. */
  readonly wait: string;
  readonly shareSeconds: string;
  readonly returnSeconds: string;
  /** Approximate solutions or hashes a second; measured by default. */
  readonly rate?: string;
  readonly only?: string;
}

/** `adit probe miner`: plays a pool to the miner that connects, and reports what it did. */
export async function runProbeMiner(options: ProbeMinerOptions): Promise<void> {
  const dialect = dialectOption(options.dialect);
  checkListOptions(options);
  const only = onlyOption(
    options.only,
    chosenChecks(MINER_CHECKS, { dialect }).map(({ id }) => id),
  );
  const which = { dialect, ...(only === undefined ? {} : { only }) };
  if (options.list) {
    return printChecks('miner', chosenChecks(MINER_CHECKS, which), { ...options, all: only === undefined });
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
    ...which,
    equihash: parseChainParams(options.chainParams),
    waitMs: secondsOption('--wait', options.wait),
    limits: {
      ...MINER_PROBE_LIMITS,
      shareMs: secondsOption('--share-seconds', options.shareSeconds),
      returnMs: secondsOption('--return-seconds', options.returnSeconds),
    },
    ...(options.rate === undefined ? {} : { rate: rateOption(options.rate) }),
  };
  const signal = stopSignal();
  const findings = await runMinerProbe(run, {
    signal,
    onListening: (host, port) => {
      // Port 0 has been replaced by the port that the system chose.
      report = reportAt(placeOf(host, port));
      process.stderr.write(`start the miner now, with the pool stratum+tcp://${placeOf(host, port)}\n`);
      report.begin();
    },
    onFinding: (finding) => report.finding(finding),
  });
  report.end(findings, signal.aborted);
}

/** @throws AditError `ADIT_BAD_OPTION` */
function rateOption(text: string): number {
  if (/^[0-9]{1,12}(\.[0-9]{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new AditError(
    'ADIT_BAD_OPTION',
    `--rate must be the solutions or hashes a second of the miner, such as 420000; this is ${text}`,
  );
}

import { AditError } from '@adit/primitives';
import {
  MINER_PROBE_LIMITS,
  minerChecksOf,
  parseChainParams,
  parseListenAddress,
  runMinerProbe,
} from '@adit/probe';
import { untilStopped } from '../../exit.ts';
import { printChecks } from './list.ts';
import { dialectOption, onlyOption, secondsOption } from './options.ts';
import { Report } from './report.ts';

export interface ProbeMinerOptions {
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
  readonly list: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly junit: boolean;
  readonly output?: string;
}

/** `adit probe miner`: plays a pool to the miner that connects, and says what it did. */
export async function runProbeMiner(options: ProbeMinerOptions): Promise<void> {
  const dialect = dialectOption(options.dialect);
  const checks = minerChecksOf(dialect);
  if (options.list) return printChecks('miner', checks, options);
  const only = onlyOption(
    options.only,
    checks.map(({ id }) => id),
  );
  const { host, port } = parseListenAddress(options.listen);
  const stopped = new AbortController();
  const startedAt = Date.now();
  let report = new Report({ kind: 'miner', target: `${host}:${port}`, dialect, startedAt }, options);
  void untilStopped().then(() => stopped.abort());
  const findings = await runMinerProbe(
    {
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
    },
    {
      signal: stopped.signal,
      onListening: (host, port) => {
        // Port 0 has become a real one.
        report = new Report({ kind: 'miner', target: `${host}:${port}`, dialect, startedAt }, options);
        const place = host.includes(':') ? `[${host}]` : host;
        process.stderr.write(`start the miner now, with the pool stratum+tcp://${place}:${port}\n`);
        report.begin();
      },
      onFinding: (finding) => report.finding(finding),
    },
  );
  report.end(findings);
}

/** @throws AditError `ADIT_BAD_OPTION` */
function rateOption(text: string): number {
  if (/^[0-9]{1,12}(\.[0-9]{1,3})?$/.test(text) && Number(text) > 0) return Number(text);
  throw new AditError(
    'ADIT_BAD_OPTION',
    `--rate must be the solutions or hashes a second of the miner, such as 420000; this is ${text}`,
  );
}

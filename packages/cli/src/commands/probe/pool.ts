import { readFileSync } from 'node:fs';
import { type ClientTlsOptions, parseStratumUrl } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import {
  isAsked,
  POOL_CHECKS,
  PROBE_LIMITS,
  parseChainParams,
  requireOwnPool,
  runPoolProbe,
} from '@adit/probe';
import { VERSION } from '../../version.ts';
import { printChecks } from './list.ts';
import { dialectOption, onlyOption, secondsOption } from './options.ts';
import { Report } from './report.ts';

export interface ProbePoolOptions {
  readonly dialect: string;
  readonly worker: string;
  readonly password: string;
  readonly chainParams: string;
  readonly aggressive: boolean;
  readonly iOperateThisPool: boolean;
  readonly only?: string;
  readonly list: boolean;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly junit: boolean;
  readonly output?: string;
  readonly answerSeconds: string;
  readonly shareSeconds: string;
  readonly jobSeconds: string;
  readonly ca?: string;
  readonly insecure: boolean;
}

/** `adit probe pool`: asks a pool every question there is, and says what it answered. */
export async function runProbePool(address: string | undefined, options: ProbePoolOptions): Promise<void> {
  const dialect = dialectOption(options.dialect);
  const checks = POOL_CHECKS.filter((check) => isAsked(check, { dialect }));
  if (options.list) return printChecks('pool', checks, options);
  if (address === undefined) {
    throw new AditError('ADIT_BAD_OPTION', 'the address of the pool is missing: stratum+tcp://host:port');
  }
  const url = parseStratumUrl(address, { worker: options.worker, password: options.password });
  const only = onlyOption(
    options.only,
    checks.map(({ id }) => id),
  );
  const equihash = parseChainParams(options.chainParams);
  await requireOwnPool(url.host, options.iOperateThisPool);
  const report = new Report(
    { kind: 'pool', target: `${url.host}:${url.port}`, dialect, startedAt: Date.now() },
    options,
  );
  report.begin();
  const findings = await runPoolProbe(
    {
      host: url.host,
      port: url.port,
      operated: options.iOperateThisPool,
      ...(url.tls === true ? { tls: tlsOptions(options) } : {}),
      dialect,
      worker: url.worker,
      password: url.password,
      equihash,
      aggressive: options.aggressive,
      agent: `adit-probe/${VERSION}`,
      limits: {
        ...PROBE_LIMITS,
        answerMs: secondsOption('--answer-seconds', options.answerSeconds),
        shareMs: secondsOption('--share-seconds', options.shareSeconds),
        jobMs: secondsOption('--job-seconds', options.jobSeconds),
      },
      ...(only === undefined ? {} : { only }),
    },
    { onFinding: (finding) => report.finding(finding) },
  );
  report.end(findings);
}

function tlsOptions({ ca, insecure }: ProbePoolOptions): ClientTlsOptions {
  if (ca === undefined) return insecure ? { insecure } : {};
  try {
    return { ca: readFileSync(ca), insecure };
  } catch (error) {
    throw new AditError('ADIT_BAD_OPTION', `--ca: ${messageOf(error)}`);
  }
}

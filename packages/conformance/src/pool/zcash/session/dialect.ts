import { AditError } from '@adit/primitives';
import { CODE } from '../../../catalogue/codes.ts';
import type { PoolDialect } from '../../dialect.ts';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import type { PoolProbeOptions } from '../../run/options.ts';
import { startZcashSession } from './login.ts';
import { misfit } from './misfit.ts';

/** Pools name their Equihash chain in a parameter after the usual ones of a job: `144_5`. */
const CHAIN = /^(\d{2,3})_(\d{1,2})$/;

/** Pools that speak the Zcash dialect, as ZIP 301 has them. */
export const ZCASH_POOLS: PoolDialect = {
  name: 'zcash',
  targetBytes: 32,
  targetMethod: 'mining.set_target',
  jobCodes: [CODE.job],
  fixesCodes: true,
  failedResults: [null],
  answersInOrder: false,
  otherMethods: ['mining.suggest_target', 'mining.extranonce.subscribe', 'mining.configure'],
  subscribeParams: ({ agent, host, port }, sessionId) => [agent, sessionId, host, port],
  answersLike: ({ result }) => {
    if (!Array.isArray(result)) return false;
    const [sessionId, nonce1, size] = result as unknown[];
    return typeof nonce1 === 'string' && !Array.isArray(sessionId) && typeof size !== 'number';
  },
  startSession: startZcashSession,
  largestRequest: () => undefined,
  requireChain,
  misfit,
};

/** Pools of other chains than 200,9 name their chain in each job. They would refuse every share for another one. */
async function requireChain(options: PoolProbeOptions, connection: PoolConnection): Promise<void> {
  const { equihash } = options;
  const job = await connection.notice('mining.notify');
  const named = job?.params.slice(8).find((extra) => typeof extra === 'string' && CHAIN.test(extra));
  const [, n, k] = CHAIN.exec(String(named)) ?? [];
  if (n === undefined || (Number(n) === equihash.n && Number(k) === equihash.k)) return;
  throw new AditError(
    'ADIT_OTHER_CHAIN',
    `the jobs of this pool are for Equihash ${n},${k}, and the probe would solve ${equihash.n},${equihash.k}: say --chain-params ${n},${k}`,
  );
}

import { NO_JOB_CODES } from '../../../catalogue/codes.ts';
import type { PoolDialect } from '../../dialect.ts';
import { startTrueStratumSession } from './login.ts';

/** Pools that speak TrueStratum, as its document has them. */
export const TRUESTRATUM_POOLS: PoolDialect = {
  name: 'truestratum',
  targetBytes: 16,
  targetMethod: 'mining.set_difficulty',
  jobCodes: NO_JOB_CODES,
  fixesCodes: false,
  failedResults: [null, false],
  answersInOrder: true,
  otherMethods: ['mining.seedhash'],
  subscribeParams: ({ agent }, sessionId) => [
    agent,
    'TrueStratum/1.0.0',
    ...(sessionId === null ? [] : [sessionId]),
  ],
  answersLike: ({ result }) => {
    if (!Array.isArray(result)) return false;
    const [names, nonce1, size] = result as unknown[];
    return (
      typeof nonce1 === 'string' &&
      Array.isArray(names) &&
      names.includes('mining.notify') &&
      typeof size === 'number'
    );
  },
  startSession: startTrueStratumSession,
  largestRequest: (worker, jobId) => ({ method: 'mining.seedhash', params: [worker, jobId] }),
  // The jobs of TrueStratum do not name a chain.
  requireChain: async () => {},
  misfit: async () => undefined,
};

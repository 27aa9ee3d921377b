import type { PoolCheck } from '../check.ts';
import { TRUESTRATUM_ANSWERS } from './answers.ts';
import { TRUESTRATUM_CONNECTION } from './connection.ts';
import { TRUESTRATUM_HANDSHAKE } from './handshake.ts';
import { TRUESTRATUM_JOB_FLOW } from './job-flow.ts';
import { TRUESTRATUM_JOB_SHAPE } from './job-shape.ts';
import { TRUESTRATUM_NONCES } from './nonces.ts';
import { TRUESTRATUM_OLD_JOBS } from './old-jobs.ts';
import { TRUESTRATUM_PRICES } from './one-price.ts';
import { TRUESTRATUM_SEEDS } from './seeds.ts';
import { TRUESTRATUM_SHARES } from './shares.ts';

export const TRUESTRATUM_CHECKS: readonly PoolCheck[] = [
  ...TRUESTRATUM_HANDSHAKE,
  ...TRUESTRATUM_JOB_SHAPE,
  ...TRUESTRATUM_SHARES,
  ...TRUESTRATUM_NONCES,
  ...TRUESTRATUM_ANSWERS,
  ...TRUESTRATUM_JOB_FLOW,
  ...TRUESTRATUM_OLD_JOBS,
  ...TRUESTRATUM_PRICES,
  ...TRUESTRATUM_SEEDS,
  ...TRUESTRATUM_CONNECTION,
];

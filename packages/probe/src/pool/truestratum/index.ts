import type { PoolCheck } from '../check.ts';
import { TRUE_ANSWERS } from './answers.ts';
import { TRUE_CONNECTION } from './connection.ts';
import { TRUE_HANDSHAKE } from './handshake.ts';
import { TRUE_JOB_FLOW } from './job-flow.ts';
import { TRUE_JOB_SHAPE } from './job-shape.ts';
import { TRUE_NONCES } from './nonces.ts';
import { TRUE_OLD_JOBS } from './old-jobs.ts';
import { TRUE_PRICES } from './one-price.ts';
import { TRUE_SEEDS } from './seeds.ts';
import { TRUE_SHARES } from './shares.ts';

export const TRUESTRATUM_CHECKS: readonly PoolCheck[] = [
  ...TRUE_HANDSHAKE,
  ...TRUE_JOB_SHAPE,
  ...TRUE_SHARES,
  ...TRUE_NONCES,
  ...TRUE_ANSWERS,
  ...TRUE_JOB_FLOW,
  ...TRUE_OLD_JOBS,
  ...TRUE_PRICES,
  ...TRUE_SEEDS,
  ...TRUE_CONNECTION,
];

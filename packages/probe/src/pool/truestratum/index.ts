import type { PoolCheck } from '../check.ts';

export const TRUESTRATUM_CHECKS: readonly PoolCheck[] = [];

import type { PoolCheck } from '../check.ts';

export const COMMON_CHECKS: readonly PoolCheck[] = [];

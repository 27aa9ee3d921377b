import type { PoolCheck } from './check.ts';
import { COMMON_CHECKS } from './common/index.ts';
import { TRUESTRATUM_CHECKS } from './truestratum/index.ts';
import { ZCASH_CHECKS } from './zcash/index.ts';

/** All checks in the order in which they are asked: the handshake first, and last those that may cost the connection. */
export const POOL_CHECKS: readonly PoolCheck[] = [...ZCASH_CHECKS, ...TRUESTRATUM_CHECKS, ...COMMON_CHECKS];

import type { PoolCheck } from './check.ts';
import { COMMON_CHECKS } from './common/index.ts';
import { TRUESTRATUM_CHECKS } from './truestratum/index.ts';
import { ZCASH_CHECKS } from './zcash/index.ts';

/** Every check there is, in the order in which they are asked: from the handshake to what may cost the connection. */
export const POOL_CHECKS: readonly PoolCheck[] = [...ZCASH_CHECKS, ...TRUESTRATUM_CHECKS, ...COMMON_CHECKS];

import type { PoolCheck } from '../check.ts';
import { HANDSHAKE } from './handshake.ts';

export const ZCASH_CHECKS: readonly PoolCheck[] = [...HANDSHAKE];

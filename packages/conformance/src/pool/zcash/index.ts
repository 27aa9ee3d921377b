import type { PoolCheck } from '../check.ts';
import { FORGERIES } from './forgeries.ts';
import { HANDSHAKE } from './handshake.ts';
import { HEADER_TIMES } from './header-times.ts';
import { JOBS } from './jobs.ts';
import { NONCE_REUSE } from './nonce-reuse.ts';
import { ZCASH_PRICES } from './one-price.ts';
import { REQUESTS } from './requests.ts';
import { SESSIONS } from './sessions.ts';
import { SUBMISSIONS } from './submissions.ts';

/** The checks that only a Zcash port is asked. */
export const ZCASH_CHECKS: readonly PoolCheck[] = [
  ...HANDSHAKE,
  ...REQUESTS,
  ...SUBMISSIONS,
  ...HEADER_TIMES,
  ...NONCE_REUSE,
  ...FORGERIES,
  ...SESSIONS,
  ...JOBS,
  ...ZCASH_PRICES,
];

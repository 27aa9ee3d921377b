import type { PoolCheck } from '../check.ts';
import { FORGERIES } from './forgeries.ts';
import { HANDSHAKE } from './handshake.ts';
import { HEADER_TIMES } from './header-times.ts';
import { JOBS } from './jobs.ts';
import { ZCASH_PRICES } from './one-price.ts';
import { REQUESTS } from './requests.ts';
import { SESSIONS } from './sessions.ts';
import { SUBMISSIONS } from './submissions.ts';

/** What only a Zcash port can be asked. */
export const ZCASH_CHECKS: readonly PoolCheck[] = [
  ...HANDSHAKE,
  ...REQUESTS,
  ...SUBMISSIONS,
  ...HEADER_TIMES,
  ...FORGERIES,
  ...SESSIONS,
  ...JOBS,
  ...ZCASH_PRICES,
];

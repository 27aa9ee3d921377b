import type { PoolLimits } from '../pool-limits.ts';
import type { PoolEnding } from './end-cause.ts';

const NO_SUBSCRIBE: PoolEnding = { cause: 'no_subscribe', detail: 'nothing was subscribed in time' };
const NO_LOGIN: PoolEnding = { cause: 'no_login', detail: 'no worker was authorised in time' };
const NO_SHARE: PoolEnding = { cause: 'no_share', detail: 'no share came in time' };

/** What a connection has done so far. */
interface Progress {
  /** When the connection came, in milliseconds of a clock that only grows. */
  readonly since: number;
  readonly hasShare: boolean;
  readonly session: { readonly subscribed: boolean; readonly workers: { readonly size: number } };
}

/** Why a connection must be closed because it does not mine; undefined where it may stay. */
export function lateness(
  { since, hasShare, session }: Progress,
  now: number,
  limits: Pick<PoolLimits, 'subscribeMs' | 'authorizeMs' | 'firstShareMs'> & {
    readonly closesShareless: boolean;
  },
): PoolEnding | undefined {
  const age = now - since;
  const { subscribeMs, authorizeMs, firstShareMs, closesShareless } = limits;
  if (age <= subscribeMs) return undefined;
  if (!session.subscribed) return NO_SUBSCRIBE;
  if (session.workers.size === 0) return age > authorizeMs ? NO_LOGIN : undefined;
  return closesShareless && !hasShare && age > firstShareMs ? NO_SHARE : undefined;
}

import type { PoolLimits } from '../pool-limits.ts';

/** What a connection has shown so far. */
interface Progress {
  /** When it came, in milliseconds of a clock that only grows. */
  readonly since: number;
  readonly hasShare: boolean;
  readonly session: { readonly subscribed: boolean; readonly workers: { readonly size: number } };
}

/** Why a connection has to be closed that holds a place and does not mine; undefined where it may stay. */
export function lateness(
  { since, hasShare, session }: Progress,
  now: number,
  limits: Pick<PoolLimits, 'subscribeMs' | 'authorizeMs' | 'firstShareMs'> & {
    readonly closesShareless: boolean;
  },
): string | undefined {
  const age = now - since;
  const { subscribeMs, authorizeMs, firstShareMs, closesShareless } = limits;
  if (age <= subscribeMs) return undefined;
  if (!session.subscribed) return 'nothing was subscribed in time';
  if (session.workers.size === 0) return age > authorizeMs ? 'no worker was authorised in time' : undefined;
  return closesShareless && !hasShare && age > firstShareMs ? 'no share came in time' : undefined;
}

import { isIP } from 'node:net';
import { banSubjectOf, normalAddress } from '@adit/net';
import { AditError } from '@adit/primitives';
import type { Ban } from './ban.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/**
 * 10 minutes, 1 hour, 6 hours, a day. The first ban is short, because it may hit the wrong miner. An address that is
 * banned again within a week after each ban is not there by accident.
 */
export const BAN_LADDER_MS: readonly number[] = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** No ban lasts for ever: an address may get a new owner, and a clock may have been wrong. */
export const MAX_BAN_MS = 366 * DAY_MS;

/** @throws AditError `ADIT_BAD_BAN` */
export function checkLength(ms: number): void {
  if (ms > 0 && ms <= MAX_BAN_MS) return;
  throw new AditError(
    'ADIT_BAD_BAN',
    `a ban of ${ms} ms: expected more than 0 and at most ${MAX_BAN_MS} (366 days)`,
  );
}

/** @throws AditError `ADIT_BAD_ADDRESS` */
export function subjectOf(address: string): { readonly subject: string; readonly normal: string } {
  const normal = normalAddress(address.replace(/\/64$/, ''));
  if (isIP(normal) === 0 || (isIP(normal) === 4 && address.endsWith('/64'))) {
    throw new AditError('ADIT_BAD_ADDRESS', `${address}: expected an IPv4 or IPv6 address, or an IPv6 /64`);
  }
  return { subject: banSubjectOf(normal), normal };
}

/** Bounds the values of a row, since any program may have written it. */
export function bounded(ban: Ban): Ban {
  const untilMs = Math.min(ban.untilMs, ban.sinceMs + MAX_BAN_MS);
  return { ...ban, untilMs, times: Math.max(1, ban.times) };
}

import { equalBytes } from '@adit/primitives';
import type { ZcashWork } from './work.ts';

/**
 * How a work differs from the one that was handed out before it.
 * - `tip`: another parent; all older work is worthless.
 * - `filled`: the first with transactions after an empty one of the same tip; a miner that ignores it mines without
 *   fees.
 * - `content`: other transactions, or bits or times that an older job does not have.
 * - `order`: nothing that pays more. Zebra reorders the waiting transactions every five seconds, which changes the
 *   merkle root. A newer clock and another coinbase are of this kind too.
 */
export type WorkNews = 'tip' | 'filled' | 'content' | 'order';

/** How a work differs from the one that was handed out before it. */
export interface ZcashWorkChange {
  /** Miners must drop older work at once. */
  readonly newTip: boolean;
  readonly news: WorkNews;
}

/** @param last the work that was handed out last */
export function newsOf(last: ZcashWork | undefined, next: ZcashWork): WorkNews {
  if (last === undefined || !equalBytes(last.prevHash, next.prevHash)) return 'tip';
  if (last.empty && !next.empty) return 'filled';
  // Zebra moves maxtime with its clock: times are news only if an older job does not allow them.
  const timely = next.time <= last.maxTime && next.minTime <= last.time;
  const alike = timely && last.bits === next.bits && last.version === next.version;
  return alike && sameSet(last.transactions, next.transactions) ? 'order' : 'content';
}

function sameSet(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  if (some.length !== others.length) return false;
  // Compare byte for byte, without parsing. For 2 MB this takes some milliseconds.
  const known = new Set(some.map(textOf));
  return others.every((transaction) => known.delete(textOf(transaction)));
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** The same content with a newer clock counts as new work only after this many seconds. */
const REFRESH_SECONDS = 30;

/** Whether a work for the same tip has the content of the one before it. */
export function isRepeat(previous: ZcashWork, next: ZcashWork): boolean {
  return (
    previous.bits === next.bits &&
    equalBytes(previous.merkleRoot, next.merkleRoot) &&
    equalBytes(previous.reserved, next.reserved) &&
    next.time - previous.time < REFRESH_SECONDS
  );
}

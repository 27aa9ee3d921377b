import { equalBytes } from '@adit/primitives';
import type { ZcashWork } from './work.ts';

/**
 * What a work brings against the one that was handed out before it.
 * `tip`: another parent; everything older is worth nothing.
 * `filled`: the first with transactions after an empty one of the same tip; whoever passes over it mines for less.
 * `content`: other transactions, or bits or times that an older job does not have.
 * `order`: nothing that anybody earns more by. Zebra draws the order of the waiting transactions anew every five
 * seconds, and with it the merkle root; a newer clock and another coinbase are of this kind too.
 */
export type WorkNews = 'tip' | 'filled' | 'content' | 'order';

/** What a work brings against the one that was handed out before it. */
export interface ZcashWorkChange {
  /** Miners must drop older work at once. */
  readonly newTip: boolean;
  readonly news: WorkNews;
}

/** @param last what was handed out last */
export function newsOf(last: ZcashWork | undefined, next: ZcashWork): WorkNews {
  if (last === undefined || !equalBytes(last.prevHash, next.prevHash)) return 'tip';
  if (last.empty && !next.empty) return 'filled';
  // Zebra moves maxtime with its clock: only times that an older job does not allow are news.
  const timely = next.time <= last.maxTime && next.minTime <= last.time;
  const alike = timely && last.bits === next.bits && last.version === next.version;
  return alike && sameSet(last.transactions, next.transactions) ? 'order' : 'content';
}

function sameSet(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  if (some.length !== others.length) return false;
  // Byte for byte: what is inside is nobody's business here. Of 2 MB this takes some milliseconds.
  const known = new Set(some.map(textOf));
  return others.every((transaction) => known.delete(textOf(transaction)));
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

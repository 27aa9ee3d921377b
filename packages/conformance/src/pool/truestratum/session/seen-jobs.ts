import { targetFromHex, tryDecodeHex } from '@adit/primitives';
import type { Received } from '@adit/wire';
import type { SeenJob } from '../../probe/pool-session.ts';

/** A job as it came, with the target in force when it came. */
export interface TrueStratumSeenJob extends SeenJob {
  /** 64 lower-case hex digits. */
  readonly seedHash: string;
  /** 32 bytes. */
  readonly headerHash: Uint8Array;
  /** 128 bits; either half of a digest must be below it. */
  readonly target: bigint;
}

/** Reads targets and jobs in the order in which they came, and skips those that it cannot read. */
export function trueStratumJobs(received: readonly Received[]): TrueStratumSeenJob[] {
  const jobs: TrueStratumSeenJob[] = [];
  let target: bigint | undefined;
  received.forEach(({ message, at }, place) => {
    if (message.kind !== 'notification' && message.kind !== 'request') return;
    const { method, params } = message;
    if (method === 'mining.set_difficulty') target = targetFromHex(params[0], 16) ?? target;
    if (method !== 'mining.notify' || target === undefined) return;
    const [id, seedHash, header, clean] = params;
    const headerHash = tryDecodeHex(header, 32);
    if (typeof id !== 'string' || typeof clean !== 'boolean' || headerHash === undefined) return;
    if (typeof seedHash !== 'string' || tryDecodeHex(seedHash, 32) === undefined) return;
    jobs.push({ id, clean, seedHash: seedHash.toLowerCase(), headerHash, target, at, place });
  });
  return jobs;
}

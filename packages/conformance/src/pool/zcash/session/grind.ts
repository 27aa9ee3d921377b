import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256d } from '@adit/pow';
import { concatBytes, hashValue } from '@adit/primitives';
import { cannotTell, Judged } from '../../../report/finding.ts';
import { limitOf } from '../../../shares/patience.ts';

/** A block as it is hashed. An attacker varies it until the hash meets the target, without solving anything. */
export interface Candidate {
  /** 140 bytes. */
  readonly header: Uint8Array;
  /** The bytes that are hashed after the header. */
  readonly prefixed: Uint8Array;
}

/** Hashes between two looks at the socket: about 5 ms. */
const HASHES_PER_TURN = 1_024;

/**
 * Finds the first candidate whose hash is at or below the target.
 * @param next makes a candidate; undefined where there are no more
 * @throws Judged `cannot_tell` where the time is too short
 */
export async function grind<C extends Candidate>(
  next: () => C | undefined | Promise<C | undefined>,
  target: bigint,
  withinMs: number,
): Promise<C> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    for (let i = 0; i < HASHES_PER_TURN; i += 1) {
      const candidate = await next();
      if (candidate === undefined) throw new Judged(cannotTell('no forgery below the target was found'));
      // The prefix may be a forged one, which a block's hash would not be made of.
      const hash = sha256d(concatBytes(candidate.header, candidate.prefixed));
      if (hashValue(hash) <= target) return candidate;
    }
    await nextTurn();
  }
  throw new Judged(cannotTell(`no forgery below the target was found in ${limitOf(withinMs)}`));
}

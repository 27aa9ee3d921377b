import { fairGroupOf } from '@adit/net';
import type { Lane } from '@adit/pow/threads';
import { AditError } from '@adit/primitives';
import type { Verdict } from '@adit/stratum';
import type { OnPoolEvent } from '../events.ts';
import { behind } from '../problem.ts';
import type { Submitter } from './submitter.ts';

/** Errors after which the miner may send its share again: the verifier or the duplicates of a tip are full. */
const BUSY: ReadonlySet<string> = new Set(['ADIT_VERIFIER_BUSY', 'ADIT_DUPLICATES_FULL']);

/** Runs the checks of a share and never throws, so that the miner always gets an answer. */
export async function alwaysJudged(
  judge: () => Verdict | Promise<Verdict>,
  onEvent: OnPoolEvent,
): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof AditError && BUSY.has(error.code)) return { accepted: false, reason: 'overloaded' };
    onEvent({ kind: 'problem', cause: 'share_not_judged', ...behind(error) });
    return { accepted: false, reason: 'not_recorded' };
  }
}

/**
 * The lane of a share in the verifier. Addresses (IPv6: each /48) take turns, and so do the connections of one address.
 * So a connection that floods delays only itself.
 */
export function laneOf(from: Submitter, urgent: boolean): Lane {
  return { group: from.group ?? fairGroupOf(from.address), member: from.connection, urgent };
}

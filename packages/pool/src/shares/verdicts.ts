import { fairGroupOf } from '@adit/net';
import type { Lane } from '@adit/pow/threads';
import { AditError, messageOf } from '@adit/primitives';
import type { Verdict } from '@adit/stratum';
import type { OnPoolEvent } from '../events.ts';
import type { Submitter } from './submitter.ts';

/** What can be sent again, and is nobody's fault: no place in the verifier, or in the duplicates of a tip. */
const BUSY: ReadonlySet<string> = new Set(['ADIT_VERIFIER_BUSY', 'ADIT_DUPLICATES_FULL']);

/** Runs the checks of a share and never throws: whatever goes wrong, the miner gets an answer. */
export async function alwaysJudged(judge: () => Promise<Verdict>, onEvent: OnPoolEvent): Promise<Verdict> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof AditError && BUSY.has(error.code)) return { accepted: false, reason: 'overloaded' };
    onEvent({ kind: 'problem', what: 'a share could not be judged', detail: messageOf(error) });
    return { accepted: false, reason: 'not_recorded' };
  }
}

/** Addresses (of IPv6 each /48) take turns in the verifier, and connections of one address: who floods delays himself. */
export function laneOf(from: Submitter, urgent: boolean): Lane {
  return { group: fairGroupOf(from.address), member: from.connection, urgent };
}

import { AditError } from '@adit/primitives';
import { jobIdOf, MAX_JOB_SEQUENCE } from '../job-id.ts';
import { type ZcashJobFields, zcashNotifyLine } from './messages.ts';
import type { ZcashJob } from './server-session.ts';

/** Properties of a job beside the fields that miners get. */
export interface ZcashJobTerms {
  /** A block's hash must be at or below it. */
  readonly networkTarget: bigint;
  /** The lowest sequence whose shares the pool still takes. Default 0: all. */
  readonly oldestKnown?: number;
  /** Texts for GPU miners, behind the fields of ZIP 301: `['48_5', 'ZcashPoW']`. Default: none. */
  readonly extras?: readonly string[];
}

/**
 * Makes a job that a server session can send: its id and both of its lines.
 * @param sequence number of the work, 0 to 2^32-1, higher than that of each job before; submissions name it
 * @throws AditError `ADIT_BAD_BYTES` unless the hashes have 32 bytes; `ADIT_BAD_OPTION` for any other sequence, a
 *   target that is not a bigint, or a field that `zcashNotifyLine` refuses
 */
export function zcashJob(sequence: number, fields: ZcashJobFields, terms: ZcashJobTerms): ZcashJob {
  const { networkTarget, oldestKnown = 0, extras } = terms;
  if (!Number.isInteger(sequence) || sequence < 0 || sequence > MAX_JOB_SEQUENCE) {
    throw new AditError('ADIT_BAD_OPTION', `a sequence is an integer from 0 to 2^32-1, not ${sequence}`);
  }
  if (typeof networkTarget !== 'bigint')
    throw new AditError('ADIT_BAD_OPTION', `networkTarget must be a bigint, not ${String(networkTarget)}`);
  const id = jobIdOf(sequence);
  return {
    sequence,
    order: sequence,
    cleanLine: zcashNotifyLine(id, fields, true, extras),
    keepLine: zcashNotifyLine(id, fields, false, extras),
    networkTarget,
    oldestKnown,
  };
}

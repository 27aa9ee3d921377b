import { checkWhole } from '@adit/primitives';

/** Job sequences have 32 bits: eight lower-case hex digits on the wire. */
export const MAX_JOB_SEQUENCE = 0xffff_ffff;

/** The id of a job on the wire. @param sequence 0 to 2^32-1 @throws AditError `ADIT_BAD_OPTION` */
export function jobIdOf(sequence: number): string {
  checkWhole(sequence, 'the sequence of a job', 0, MAX_JOB_SEQUENCE);
  return sequence.toString(16).padStart(8, '0');
}

/** The strict inverse of `jobIdOf`: a job id has one spelling. @returns undefined for any other text */
export function jobSequenceOf(id: string): number | undefined {
  return typeof id === 'string' && /^[0-9a-f]{8}$/.test(id) ? Number.parseInt(id, 16) : undefined;
}

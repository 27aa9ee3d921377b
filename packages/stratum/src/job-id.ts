/** Job sequences are 32 bits: eight hex digits on the wire, in lower case. */
export const MAX_JOB_SEQUENCE = 0xffff_ffff;

/** The id of a job on the wire. @param sequence 0 to 2^32-1 */
export function jobIdOf(sequence: number): string {
  return sequence.toString(16).padStart(8, '0');
}

/** Strict inverse: eight lower-case digits. A job id has one spelling. */
export function jobSequenceOf(id: string): number | undefined {
  return /^[0-9a-f]{8}$/.test(id) ? Number.parseInt(id, 16) : undefined;
}

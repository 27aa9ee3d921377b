import { jobIdOf, jobSequenceOf } from '../job-id.ts';

/** Refreshed jobs of one broadcast on one connection; four hex digits behind the broadcast's eight. */
export const MAX_REFRESH = 0xffff;

/**
 * The reference miner's thread sleeps after each share until it sees another job id. So a job id is
 * one per broadcast of work plus a short suffix per connection: `0000002a` + `0003`.
 *
 * Both together are one ascending number below 2^48, exact as a double.
 */
export function trueJobNumber(sequence: number, refresh: number): number {
  return sequence * (MAX_REFRESH + 1) + refresh;
}

/** The id of a job on the wire. @param refresh how often the job was sent again under a new id, 0 to 65,535 */
export function trueJobId(sequence: number, refresh: number): string {
  return jobIdOf(sequence) + refresh.toString(16).padStart(4, '0');
}

/** @returns both parts, and the one number that they make */
export function parseTrueJobId(
  id: string,
): { sequence: number; refresh: number; number: number } | undefined {
  const sequence = jobSequenceOf(id.slice(0, 8));
  const suffix = id.slice(8);
  if (sequence === undefined || !/^[0-9a-f]{4}$/.test(suffix)) return undefined;
  const refresh = Number.parseInt(suffix, 16);
  return { sequence, refresh, number: trueJobNumber(sequence, refresh) };
}

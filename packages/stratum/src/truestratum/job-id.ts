import { checkWhole } from '@adit/primitives';
import { jobIdOf, jobSequenceOf } from '../job-id.ts';

/** Highest count of refreshed jobs for one header on one connection: four hex digits behind the eight of the header. */
export const MAX_REFRESH = 0xffff;

/**
 * After each share, the reference miner's thread sleeps until it sees another job id. So a job id has one part for the
 * header, and a short suffix that each connection counts up: `0000002a` + `0003`.
 *
 * Both parts together make one ascending number below 2^48, which a double holds exactly.
 */
export function trueJobNumber(sequence: number, refresh: number): number {
  return sequence * (MAX_REFRESH + 1) + refresh;
}

/** The id of a job on the wire. @param refresh how often this job was sent again under a new id, 0 to 65,535 @throws AditError `ADIT_BAD_OPTION` */
export function trueJobId(sequence: number, refresh: number): string {
  checkWhole(refresh, 'refresh', 0, MAX_REFRESH);
  return jobIdOf(sequence) + refresh.toString(16).padStart(4, '0');
}

/** @returns both parts, and the number that they make together; undefined for text that is not such an id */
export function parseTrueJobId(
  id: string,
): { sequence: number; refresh: number; number: number } | undefined {
  if (typeof id !== 'string') return undefined;
  const sequence = jobSequenceOf(id.slice(0, 8));
  const suffix = id.slice(8);
  if (sequence === undefined || !/^[0-9a-f]{4}$/.test(suffix)) return undefined;
  const refresh = Number.parseInt(suffix, 16);
  return { sequence, refresh, number: trueJobNumber(sequence, refresh) };
}

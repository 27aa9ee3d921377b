import { AditError } from '@adit/primitives';

/** Which shares are wanted; all where nothing is said. */
export interface WhichShares {
  /** From this time on; milliseconds since 1970. */
  readonly sinceMs: number | undefined;
  /** Up to this time, which is left out. */
  readonly untilMs: number | undefined;
  /** The first wanted sequence of an instance. Instances that are missing here are wanted from their first row on. */
  readonly fromSequence: ReadonlyMap<string, number>;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads options of the command line. @throws AditError `ADIT_BAD_OPTION` */
export function whichShares(options: {
  readonly since?: string;
  readonly until?: string;
  readonly fromSequence?: readonly string[];
}): WhichShares {
  const sinceMs = options.since === undefined ? undefined : timeOf('--since', options.since);
  const untilMs = options.until === undefined ? undefined : timeOf('--until', options.until);
  return { sinceMs, untilMs, fromSequence: new Map((options.fromSequence ?? []).map(sequenceOf)) };
}

/** A day without a time begins at midnight UTC. A time needs its zone: no machine may guess what was meant. */
function timeOf(option: string, text: string): number {
  const ms = DATE.test(text) || TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  const words = `${option}: found ${text}, expected a day (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)`;
  throw new AditError('ADIT_BAD_OPTION', words);
}

function sequenceOf(text: string): [string, number] {
  const [, instance, sequence] = /^(.+):(\d{1,15})$/.exec(text) ?? [];
  if (instance !== undefined && Number(sequence) > 0) return [instance, Number(sequence)];
  const words = `--from-sequence: found ${text}, expected the instance and the first sequence, as in 20260131t120000000z-0a1b2c3d:1`;
  throw new AditError('ADIT_BAD_OPTION', words);
}

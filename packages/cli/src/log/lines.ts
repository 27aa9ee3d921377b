import type { PoolEvent } from '@adit/pool';
import { BLOCK_LINES } from './block-lines.ts';
import { CONNECTION_LINES } from './connection-lines.ts';
import { schemaOf, written } from './format.ts';
import type { LedgerEvent } from './ledger-event.ts';
import { LEDGER_LINES } from './ledger-lines.ts';
import type { Line, Lines, Said } from './line.ts';
import { PROTECTION_LINES } from './protection-lines.ts';
import type { ServiceEvent } from './service-event.ts';
import { SERVICE_LINES } from './service-lines.ts';
import { SHARE_LINES } from './share-lines.ts';
import { WORK_LINES } from './work-lines.ts';

/** Everything that has a line of its own in the log. */
export type LogEvent = PoolEvent | ServiceEvent | LedgerEvent;

/** The lines by the sections of `docs/events.md`. */
export const SECTIONS = {
  Connections: CONNECTION_LINES,
  Shares: SHARE_LINES,
  'Work and nodes': WORK_LINES,
  Blocks: BLOCK_LINES,
  'Protection and problems': PROTECTION_LINES,
  'The process': SERVICE_LINES,
  'The ledger': LEDGER_LINES,
} as const;

/** One line for each kind of event. A kind that is in no section does not compile. */
export const LINES: Lines<LogEvent> = {
  ...CONNECTION_LINES,
  ...SHARE_LINES,
  ...WORK_LINES,
  ...BLOCK_LINES,
  ...PROTECTION_LINES,
  ...SERVICE_LINES,
  ...LEDGER_LINES,
};

/** The line of an event. The compiler cannot see that kind and line belong together. */
export function lineOf(event: LogEvent): Line<LogEvent> {
  return LINES[event.kind] as unknown as Line<LogEvent>;
}

/** The fields of an event's line, beside `level`, `time`, `version` and `msg`. Only here are they made. */
export function fieldsOf(event: LogEvent): Record<string, unknown> {
  return { event: event.kind, ...written<LogEvent>(lineOf(event).fields, event) };
}

/** What a line of this kind has beside `event`, `level`, `time`, `version` and `msg`, and no other field. */
export function fieldSchema(kind: LogEvent['kind']) {
  return schemaOf(LINES[kind].fields);
}

/** Level, sentence and fields of an event's line. */
export function describe(event: LogEvent): Said & { fields: Record<string, unknown> } {
  return { ...lineOf(event).say(event), fields: fieldsOf(event) };
}

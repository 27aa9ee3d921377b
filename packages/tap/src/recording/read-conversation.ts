import { AditError } from '@adit/primitives';
import { DIALECTS, isDialect } from '@adit/stratum';
import { RecordFields } from './record-fields.ts';
import {
  type Conversation,
  type ConversationEvent,
  type ConversationHeader,
  MAX_EVENTS,
  MAX_LINE_BYTES,
  MAX_RECORDING_BYTES,
  type Placed,
} from './recording.ts';

const MAX_REASON = 400;
const MAX_CONNECTIONS = 100_000;

/**
 * Reads a saved conversation strictly: every line, every field.
 * @param name the name of the file, for errors
 * @throws AditError `ADIT_BAD_RECORDING` naming the line and the field
 */
export function readConversation(text: string, name = 'the recording'): Conversation {
  if (text.length > MAX_RECORDING_BYTES) {
    throw new AditError(
      'ADIT_BAD_RECORDING',
      `${name} is longer than ${MAX_RECORDING_BYTES / 1024 / 1024} MiB: cut it`,
    );
  }
  if (text === '') throw new AditError('ADIT_BAD_RECORDING', `${name} is empty`);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const [first, ...rest] = lines;
  if (rest.length > MAX_EVENTS) {
    throw new AditError('ADIT_BAD_RECORDING', `${name} has more than ${MAX_EVENTS} events: cut it`);
  }
  const header = headerOf(new RecordFields(name, 1, first ?? ''));
  const open = new Set<number>();
  const closed = new Set<number>();
  let last = 0;
  const events = rest.map((line, index) => {
    const fields = new RecordFields(name, index + 2, line);
    const event = eventOf(fields);
    if (event.at < last) throw fields.fault('at', `a time not before that of the line above, ${last}`);
    last = event.at;
    checkOrder(fields, event, open, closed);
    return event;
  });
  return { header, events };
}

function headerOf(fields: RecordFields): ConversationHeader {
  fields.only('adit', 'version', 'dialect', 'startedAt', 'note');
  if (fields.get('adit') !== 'conversation') throw fields.fault('adit', '"conversation"');
  if (fields.get('version') !== 1) throw fields.fault('version', '1: a newer adit can read others');
  const dialect = fields.get('dialect');
  if (dialect !== null && !isDialect(dialect)) {
    throw fields.fault('dialect', `${DIALECTS.map((name) => JSON.stringify(name)).join(', ')} or null`);
  }
  const startedAt = fields.text('startedAt', 40);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(startedAt) || Number.isNaN(Date.parse(startedAt))) {
    throw fields.fault('startedAt', 'a time such as 2026-11-21T07:50:01.000Z');
  }
  const note = fields.has('note') ? { note: fields.text('note', MAX_REASON) } : {};
  return { adit: 'conversation', version: 1, dialect, startedAt, ...note };
}

function eventOf(fields: RecordFields): ConversationEvent {
  const at = fields.get('at');
  if (typeof at !== 'number' || at < 0 || !Number.isFinite(at) || Math.round(at * 10) / 10 !== at) {
    throw fields.fault('at', 'milliseconds with at most one decimal, 0 or more');
  }
  const placed = { at, connection: fields.integer('connection', 1, MAX_CONNECTIONS) };
  if (fields.has('event')) return occurrence(fields, placed);
  const from = fields.side();
  const end = fields.has('end') ? { end: fields.lineEnd() } : {};
  if (fields.has('line')) {
    fields.only('at', 'connection', 'from', 'line', 'end');
    const line = fields.text('line', MAX_LINE_BYTES);
    if (line.includes('\n') || !line.isWellFormed()) {
      throw fields.fault('line', 'one line of text, without its line end');
    }
    return { ...placed, from, line, ...end };
  }
  if (fields.has('bytes')) {
    fields.only('at', 'connection', 'from', 'bytes', 'end');
    const bytes = fields.text('bytes', 2 * MAX_LINE_BYTES);
    if (!/^([0-9a-f]{2})+$/.test(bytes))
      throw fields.fault('bytes', 'an even number of lower-case hex digits');
    return { ...placed, from, bytes, ...end };
  }
  if (!fields.has('omitted')) throw fields.fault('line', 'one of "line", "bytes", "omitted" and "event"');
  fields.only('at', 'connection', 'from', 'omitted', 'reason', 'end');
  const omitted = fields.integer('omitted', 0, Number.MAX_SAFE_INTEGER);
  return { ...placed, from, omitted, reason: fields.text('reason', MAX_REASON), ...end };
}

function occurrence(fields: RecordFields, placed: Placed): ConversationEvent {
  const event = fields.get('event');
  if (event === 'opened') {
    fields.only('at', 'connection', 'event');
    return { ...placed, event };
  }
  if (event === 'ended') {
    fields.only('at', 'connection', 'event', 'from');
    return { ...placed, event, from: fields.side() };
  }
  if (event !== 'closed') throw fields.fault('event', '"opened", "ended" or "closed"');
  fields.only('at', 'connection', 'event', 'reason');
  return { ...placed, event, reason: fields.text('reason', MAX_REASON) };
}

function checkOrder(
  fields: RecordFields,
  event: ConversationEvent,
  open: Set<number>,
  closed: Set<number>,
): void {
  const { connection } = event;
  if ('event' in event && event.event === 'opened') {
    if (open.has(connection) || closed.has(connection)) {
      throw fields.fault('connection', 'a number that was not opened before');
    }
    open.add(connection);
  } else if (!open.has(connection)) throw fields.fault('connection', 'a connection that is open');
  else if ('event' in event && event.event === 'closed') {
    open.delete(connection);
    closed.add(connection);
  }
}

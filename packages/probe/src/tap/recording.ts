import { AditError } from '@adit/primitives';
import { DIALECTS, type Dialect, isDialect } from '../wire/dialect.ts';
import type { Side } from '../wire/side.ts';

/** The first line of a saved conversation. */
export interface ConversationHeader {
  readonly adit: 'conversation';
  readonly version: 1;
  /** Null where it was not known when the file began. */
  readonly dialect: Dialect | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** A description of both sides in words. */
  readonly note?: string;
}

interface Placed {
  /** Milliseconds since the beginning, with at most one decimal. */
  readonly at: number;
  /** Connections are counted from 1. */
  readonly connection: number;
}

/** The end of a line: LF where left out, CR LF, or empty where the stream ended first. */
export type LineEnd = '\r\n' | '';

export type ConversationEvent = Placed &
  (
    | { readonly event: 'opened' }
    /** This side has ended its half of the connection. The other side may go on. */
    | { readonly event: 'ended'; readonly from: Side }
    | { readonly event: 'closed'; readonly reason: string }
    | { readonly from: Side; readonly line: string; readonly end?: LineEnd }
    /** A line that is not UTF-8 text, in hex. */
    | { readonly from: Side; readonly bytes: string; readonly end?: LineEnd }
    /** A line that is not kept, by its length in bytes. */
    | { readonly from: Side; readonly omitted: number; readonly reason: string; readonly end?: LineEnd }
  );

export interface Conversation {
  readonly header: ConversationHeader;
  readonly events: readonly ConversationEvent[];
}

/** The longest line of a conversation that is kept. The longest real one, the seedhash reply, has 370 KB. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** The longest line of the file: each byte may become an escape of six characters, and the fields around it come on top. */
const MAX_RECORD_BYTES = 6 * MAX_LINE_BYTES + 1024;
/** A reader holds this much in memory: a month of one miner, or some minutes of a flood. */
export const MAX_EVENTS = 200_000;
export const MAX_RECORDING_BYTES = 128 * 1024 * 1024;
const MAX_REASON = 400;
const MAX_CONNECTIONS = 100_000;

export function headerLine(header: ConversationHeader): string {
  return `${JSON.stringify(header)}\n`;
}

export function eventLine(event: ConversationEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** The bytes of a recorded line without its end; undefined for other events and for lines that were not kept. */
export function lineOf(event: ConversationEvent): Uint8Array | undefined {
  if ('line' in event) return new TextEncoder().encode(event.line);
  return 'bytes' in event ? Uint8Array.from(Buffer.from(event.bytes, 'hex')) : undefined;
}

/** The end of a recorded line. */
export function endOf(event: ConversationEvent): string {
  return 'end' in event && event.end !== undefined ? event.end : '\n';
}

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
  const header = headerOf(new Fields(name, 1, first ?? ''));
  const open = new Set<number>();
  const closed = new Set<number>();
  let last = 0;
  const events = rest.map((line, index) => {
    const fields = new Fields(name, index + 2, line);
    const event = eventOf(fields);
    if (event.at < last) throw fields.fault('at', `a time not before that of the line above, ${last}`);
    last = event.at;
    checkOrder(fields, event, open, closed);
    return event;
  });
  return { header, events };
}

/** A recording without a connection cannot be replayed. @throws AditError `ADIT_BAD_RECORDING` */
export function requireConnection({ events }: Conversation): void {
  if (events.length > 0) return;
  throw new AditError('ADIT_BAD_RECORDING', 'the recording has no connection in it: nothing to replay');
}

function headerOf(fields: Fields): ConversationHeader {
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

function eventOf(fields: Fields): ConversationEvent {
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

function occurrence(fields: Fields, placed: Placed): ConversationEvent {
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

function checkOrder(fields: Fields, event: ConversationEvent, open: Set<number>, closed: Set<number>): void {
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

/** One line of the file, with checked access to its fields. */
class Fields {
  readonly #where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(name: string, number: number, line: string) {
    this.#where = `${name}, line ${number}`;
    if (line.length > MAX_RECORD_BYTES) throw this.#wrong(`has more than ${MAX_RECORD_BYTES} characters`);
    // JSON reads it as a space.
    if (line.endsWith('\r')) throw this.#wrong('ends with CR LF, expected LF alone');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw this.#wrong('is not valid JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong('must hold one JSON object');
    }
    this.#values = value as Readonly<Record<string, unknown>>;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field);
  }

  get(field: string): unknown {
    return this.has(field) ? this.#values[field] : undefined;
  }

  /** @throws AditError where the line has other fields: a reader must not skip what it does not understand */
  only(...allowed: readonly string[]): void {
    const other = Object.keys(this.#values).find((field) => !allowed.includes(field));
    if (other !== undefined) throw this.fault(other.slice(0, 40), `only ${allowed.join(', ')}`);
  }

  text(field: string, most: number): string {
    const value = this.get(field);
    if (typeof value !== 'string' || value.length > most) {
      throw this.fault(field, `text of at most ${most} characters`);
    }
    return value;
  }

  integer(field: string, least: number, most: number): number {
    const value = this.get(field);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw this.fault(field, `an integer of ${least} to ${most}`);
    }
    return value;
  }

  side(): Side {
    const value = this.get('from');
    if (value !== 'miner' && value !== 'pool') throw this.fault('from', '"miner" or "pool"');
    return value;
  }

  lineEnd(): LineEnd {
    const value = this.get('end');
    if (value !== '\r\n' && value !== '')
      throw this.fault('end', '"\\r\\n", or "" where the line has no end');
    return value;
  }

  fault(field: string, expected: string): AditError {
    return this.#wrong(`field ${JSON.stringify(field)}: expected ${expected}`);
  }

  #wrong(what: string): AditError {
    return new AditError('ADIT_BAD_RECORDING', `${this.#where}: ${what}`);
  }
}

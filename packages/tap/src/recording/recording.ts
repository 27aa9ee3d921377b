import { AditError } from '@adit/primitives';
import type { Dialect } from '@adit/stratum';
import type { Side } from '@adit/wire';

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

/** The time and the connection of an event. */
export interface Placed {
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
/** A reader holds this much in memory: a month of one miner, or some minutes of a flood. */
export const MAX_EVENTS = 200_000;
export const MAX_RECORDING_BYTES = 128 * 1024 * 1024;

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

/** A recording without a connection cannot be replayed. @throws AditError `ADIT_BAD_RECORDING` */
export function requireConnection({ events }: Conversation): void {
  if (events.length > 0) return;
  throw new AditError('ADIT_BAD_RECORDING', 'the recording has no connection in it: nothing to replay');
}

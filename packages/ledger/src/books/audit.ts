import { createHash } from 'node:crypto';
import type { StateMove } from '@adit/money';
import { AditError } from '@adit/primitives';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';

/** Something that was done to the ledger, for the audit. */
export interface AuditEvent {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** The process, or the operator's name. */
  readonly actor: string;
  /** A short name of what was done: `move`, `payee`. */
  readonly action: string;
  /** What it was done to, so that all rows about it can be found: `account:zcash:ann`. Empty if it is about nothing alone. */
  readonly subject?: string;
  readonly content: JsonValue;
}

/** A row of the audit. */
export interface AuditRow extends Required<Omit<AuditEvent, 'content'>> {
  /** From 1, without gaps. */
  readonly number: number;
  /** Hash of the row before; 64 zeros for the first. */
  readonly previous: string;
  readonly hash: string;
  /** Canonical JSON. */
  readonly content: string;
}

/** What stands for the hash of the row before the first one. */
export const FIRST_PREVIOUS = '0'.repeat(64);

/**
 * Appends a row to the audit, within the caller's transaction. Each row has the hash of the one before in its own hash, so a row that
 * is changed, left out or put between others is seen.
 * @returns the number of the row
 * @throws AditError `ADIT_BAD_OPTION` for text that a database would change
 */
export async function appendAudit(queries: Queries, event: AuditEvent): Promise<number> {
  for (const text of [event.actor, event.action, event.subject ?? '']) checkText(text);
  const [last] = await queries.all('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1');
  const facts = {
    number: last === undefined ? 1 : numberOf(last, 'number') + 1,
    previous: last === undefined ? FIRST_PREVIOUS : textOf(last, 'hash'),
    timeMs: event.timeMs,
    actor: event.actor,
    action: event.action,
    subject: event.subject ?? '',
    content: canonicalJson(event.content),
  };
  await queries.run(
    'INSERT INTO audit (number, previous, hash, time_ms, actor, action, subject, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      facts.number,
      facts.previous,
      hashOfRow(facts),
      facts.timeMs,
      facts.actor,
      facts.action,
      facts.subject,
      facts.content,
    ],
  );
  return facts.number;
}

/** What is read again must have the hash of what was written. */
function checkText(text: string): void {
  if (text.isWellFormed() && !text.includes('\0')) return;
  throw new AditError('ADIT_BAD_OPTION', 'text of the audit must be well-formed Unicode without zero bytes');
}

/** SHA-256 of the hash of the row before, in hex, and of the row as canonical JSON. The content counts as the text that is stored. */
export function hashOfRow({ previous, ...row }: Omit<AuditRow, 'hash'>): string {
  const { number, timeMs, actor, action, subject, content } = row;
  return createHash('sha256')
    .update(previous)
    .update(canonicalJson({ number, timeMs, actor, action, subject, content }))
    .digest('hex');
}

/** A change of a state of a block or a batch. */
export type RecordedMove = StateMove & {
  readonly timeMs: number;
  readonly chain: string;
  readonly actor: string;
};

/** The action of moves in the audit. I15 is checked from them. */
export const MOVE = 'move';

/** Records a change of a state in the audit, within the transaction that makes it. @returns the number of the row */
export function recordMove(
  queries: Queries,
  { timeMs, chain, actor, ...move }: RecordedMove,
): Promise<number> {
  const { kind, subject, from, to } = move;
  return appendAudit(queries, {
    timeMs,
    actor,
    action: MOVE,
    subject: `${kind}:${chain}:${subject}`,
    content: { chain, kind, subject, from, to },
  });
}

/** Rows of the audit to read. */
export interface AuditPage {
  /** The number of the last row of the page before; 0 for the first page. */
  readonly after: number;
  /** At most this many rows. */
  readonly limit: number;
}

/** @returns rows in the order in which they were appended */
export async function auditRows(queries: Queries, { after, limit }: AuditPage): Promise<readonly AuditRow[]> {
  const rows = await queries.all(
    'SELECT number, previous, hash, time_ms, actor, action, subject, content FROM audit WHERE number > ? ORDER BY number LIMIT ?',
    [after, limit],
  );
  return rows.map((row) => ({
    number: numberOf(row, 'number'),
    previous: textOf(row, 'previous'),
    hash: textOf(row, 'hash'),
    timeMs: numberOf(row, 'time_ms'),
    actor: textOf(row, 'actor'),
    action: textOf(row, 'action'),
    subject: textOf(row, 'subject'),
    content: textOf(row, 'content'),
  }));
}

import { ProblemError } from './problems.ts';

const VERSION = 'v1:';

/** A cursor is opaque to callers, so that what it holds can change. */
export function cursorOf(after: string | null): string | null {
  return after === null ? null : Buffer.from(`${VERSION}${after}`, 'utf8').toString('base64url');
}

/** @throws ProblemError `ADIT_API_BAD_CURSOR` */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!text.startsWith(VERSION) || cursorOf(text.slice(VERSION.length)) !== cursor)
    throw new ProblemError('ADIT_API_BAD_CURSOR');
  return text.slice(VERSION.length);
}

/** A cursor that holds a whole number. @throws ProblemError `ADIT_API_BAD_CURSOR` */
export function readNumberCursor(cursor: string | undefined): number | undefined {
  const text = readCursor(cursor);
  if (text === null) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new ProblemError('ADIT_API_BAD_CURSOR');
  return Number(text);
}

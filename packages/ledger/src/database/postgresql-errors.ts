import { AditError, type AditErrorCode, messageOf } from '@adit/primitives';
import { DatabaseError } from 'pg';

/** SQLSTATE codes and classes (appendix A of PostgreSQL's manual). */
const CODES: readonly (readonly [prefix: string, AditErrorCode, what: string])[] = [
  ['40', 'ADIT_LEDGER_BUSY', 'transactions of the ledger collided too often'],
  ['55P03', 'ADIT_LEDGER_BUSY', 'another process holds a row of the ledger'],
  ['53100', 'ADIT_LEDGER_FULL', 'the disk of the ledger is full'],
  ['23', 'ADIT_LEDGER_CONSTRAINT', 'the tables of the ledger do not allow a row'],
];

/** Gives an error of the client or of the server a code of ours. Errors of ours stay what they are. */
export function postgresqlError(error: unknown): AditError {
  if (error instanceof AditError) return error;
  const state = sqlStateOf(error) ?? '';
  const [, code, what] = CODES.find(([prefix]) => state.startsWith(prefix)) ?? [
    '',
    'ADIT_LEDGER_DATABASE',
    'the database of the ledger failed',
  ];
  return new AditError(code, `${what}: ${messageOf(error)}`, { cause: error });
}

/** Serialization failures and deadlocks: the server undid the transaction, and it can be run again. */
export function isCollision(error: unknown): boolean {
  const state = sqlStateOf(error instanceof AditError ? error.cause : error);
  return state === '40001' || state === '40P01';
}

/**
 * Whether the server itself said that the statement failed, and the connection goes on. Otherwise (a broken connection, no answer, a
 * server that shuts down) a commit may have been kept.
 */
export function isAnswer(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

/** States in which a server takes no statement now, and may do so later: it ends, starts, or has no session to spare. */
const GONE: readonly string[] = ['08', '53300', '57P01', '57P02', '57P03'];

/** Codes that failures of the connection have. */
const LOSSES: ReadonlySet<AditErrorCode> = new Set(['ADIT_LEDGER_DATABASE', 'ADIT_LEDGER_UNCERTAIN']);

/**
 * Whether a failure says that the database cannot be reached at the moment: a connection that breaks or cannot be made, or a server
 * that stops or starts. The same work can be done when it is back. Other failures are answers of the server.
 */
export function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof AditError) || !LOSSES.has(error.code)) return false;
  const { cause } = error;
  if (cause === undefined) return false;
  const state = sqlStateOf(cause);
  return state === undefined
    ? !(cause instanceof AditError) && isOfSocket(cause)
    : GONE.some((prefix) => state.startsWith(prefix));
}

/** SQLite's errors have a code of SQLite. */
function isOfSocket(cause: unknown): boolean {
  const { code } = cause as { readonly code?: unknown };
  return cause instanceof Error && !(typeof code === 'string' && code.startsWith('SQLITE'));
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

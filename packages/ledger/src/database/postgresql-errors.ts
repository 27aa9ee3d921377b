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

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

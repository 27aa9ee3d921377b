import { AditError, messageOf } from '@adit/primitives';
import { whyUnusable } from './why-unusable.ts';

/** The reason is given where the journal knows it. */
export function lostError(reason: string | undefined): AditError {
  const why = reason ?? 'no reason given';
  return new AditError('ADIT_JOURNAL_FAILED', `the journal's thread ended: ${why}`);
}

export function failedError(reason: string | undefined): AditError {
  const why = reason ?? 'no reason given';
  return new AditError('ADIT_JOURNAL_FAILED', `the journal cannot be written: ${why}`);
}

export function closedError(): AditError {
  return new AditError('ADIT_JOURNAL_CLOSED', 'the journal is closed');
}

export function fullError(shares: number): AditError {
  return new AditError('ADIT_JOURNAL_FULL', `${shares} shares wait for the disk`);
}

/** A file without a row of its own: it was only begun, or was cut. */
export function emptyError(file: string): AditError {
  return new AditError(
    'ADIT_JOURNAL_EMPTY',
    `the journal ${file} is empty: bring it back from a copy if it had shares, or move it away`,
  );
}

/** @returns the error itself where it has a code of its own already */
export function unreadableError(file: string, error: unknown): AditError {
  if (error instanceof AditError) return error;
  const known = whyUnusable(file, error);
  const words =
    known === undefined
      ? `the journal ${file} cannot be read (${messageOf(error)}): repair it, or move it away`
      : `the journal ${file} cannot be read: ${known}`;
  return new AditError('ADIT_JOURNAL_UNREADABLE', words, { cause: error });
}

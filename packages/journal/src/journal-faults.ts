import { AditError } from '@adit/primitives';

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

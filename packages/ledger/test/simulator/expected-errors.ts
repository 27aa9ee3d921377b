import { AditError } from '@adit/primitives';
import { Away, Killed } from './sim-process.ts';

/** What a step may throw: a process that is killed, a disk that is full, a wallet that does not answer, a refusal. */
export function isExpected(error: unknown): boolean {
  if (error instanceof Killed || error instanceof Away) return true;
  return error instanceof AditError && EXPECTED.has(error.code);
}

const EXPECTED: ReadonlySet<string> = new Set([
  'ADIT_LEDGER_DATABASE',
  'ADIT_LEDGER_LEASE',
  'ADIT_PAYOUT_CHANGED',
  'ADIT_PAYOUT_REFUSED',
]);

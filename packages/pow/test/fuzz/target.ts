import { AditError } from '@adit/primitives';
import type { Random } from '../../../../test/support/random.ts';

/** One entry point under attack. */
export interface FuzzTarget {
  readonly name: string;
  /** One attempt. Throws when the entry point did what it must never do. */
  readonly attempt: (random: Random) => void;
}

/** The value, or `undefined` where the entry point refused with a code. Every other way to fail is a crash. */
export function refusedOr<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof AditError && /^ADIT_[A-Z0-9_]+$/.test(error.code)) return undefined;
    throw error;
  }
}

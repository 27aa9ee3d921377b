import { AditError } from '@adit/primitives';
import type { Random } from '@adit/test-kit/random';

/** One entry point under attack. */
export interface FuzzTarget {
  readonly name: string;
  /** Makes one attempt. Throws if the entry point broke a rule. */
  readonly attempt: (random: Random) => void;
}

/** @returns the value, or undefined if the entry point threw an AditError @throws every other error, which is a crash */
export function refusedOr<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof AditError && /^ADIT_[A-Z0-9_]+$/.test(error.code)) return undefined;
    throw error;
  }
}

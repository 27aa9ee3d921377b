/** Something that holds from a time on: terms, a payee. */
export interface Dated {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

/**
 * What was in force at a time: the latest of those that began then or before. Of two that began at the same time the later one
 * in the list counts.
 * @param list in any order
 * @returns undefined if all began later
 */
export function inForceAt<T extends Dated>(list: readonly T[], atMs: number): T | undefined {
  let found: T | undefined;
  for (const one of list) {
    if (one.sinceMs <= atMs && (found === undefined || one.sinceMs >= found.sinceMs)) found = one;
  }
  return found;
}

/** A new payee of an account is paid only this long after it was set: whoever stole a password is noticed before. */
export const PAYEE_WAIT_MS = 48 * 3_600_000;

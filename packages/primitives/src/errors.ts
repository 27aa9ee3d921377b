import type { AditErrorCode } from './error-codes.ts';

/**
 * Base of every error that Adit raises on purpose.
 *
 * Programs compare `code`, which is stable. People read the message, which says what to do.
 */
export class AditError extends Error {
  /** Which error it is. `docs/errors.md` says what each code means. */
  readonly code: AditErrorCode;

  /**
   * @param code stable: one of the closed list, so that a comparison with a misspelt code does not compile
   * @param message a sentence that names what was wrong, what was expected, and what to do
   */
  constructor(code: AditErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AditError';
    this.code = code;
  }
}

/** @returns the message of a thrown value of any type, for a log line or a message to a person */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

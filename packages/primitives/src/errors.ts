/**
 * Base of every error that Adit raises on purpose.
 *
 * `code` is stable and made for programs; the message is made for people and says what to do.
 */
export class AditError extends Error {
  readonly code: string;

  /**
   * @param code stable, upper case, begins with `ADIT_`
   * @param message a sentence that names what was wrong and what was expected
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AditError';
    this.code = code;
  }
}

/** The message of anything that was thrown, for a log line or a sentence to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { banSubjectOf } from '@adit/net';

const WALK_MS = 1_000;

/**
 * Walks over all connections that close those of a subject which was banned. Each of its connections may bring the same
 * news, and one walk over everybody is enough for a second.
 */
export class BanWalks {
  /** Subjects with a walk in the last second. */
  readonly #subjects = new Set<string>();

  /** @returns the subject that this address belongs to; undefined where it has a walk already */
  begin(address: string): string | undefined {
    const subject = banSubjectOf(address);
    if (this.#subjects.has(subject)) return undefined;
    this.#subjects.add(subject);
    setTimeout(() => this.#subjects.delete(subject), WALK_MS).unref();
    return subject;
  }
}

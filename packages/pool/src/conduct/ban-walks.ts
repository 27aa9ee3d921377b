import { banSubjectOf } from '@adit/net';

const WALK_MS = 1_000;

/**
 * Walks over all connections that close those of a banned subject. Each of its connections may report the same ban, and
 * one walk over all connections a second is enough.
 */
export class BanWalks {
  /** Subjects with a walk in the last second. */
  readonly #subjects = new Set<string>();

  /** @returns the subject of this address; undefined where it had a walk within the last second */
  begin(address: string): string | undefined {
    const subject = banSubjectOf(address);
    if (this.#subjects.has(subject)) return undefined;
    this.#subjects.add(subject);
    setTimeout(() => this.#subjects.delete(subject), WALK_MS).unref();
    return subject;
  }
}

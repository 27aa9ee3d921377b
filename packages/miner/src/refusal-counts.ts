/** Kinds of refusals that are counted apart. Further ones are one kind, so that a pool cannot fill memory. */
const MAX_KINDS = 32;
/** Longest name of a kind in characters: three of them fit a line of a terminal. */
const MAX_NAME = 40;
/** The kind of all refusals for which there is no room. A name of its own, which no text of a pool gives. */
export const OTHER_REFUSALS = '(other)';

/**
 * What a refusal has in common with others like it, as a short text: pools write figures and hashes into their texts, so
 * no two of them need be the same.
 * @param reason the text of the pool
 * @returns the text before its first colon, with `#` for each word that has a digit; at most 40 characters
 */
export function refusalKind(reason: string): string {
  const [head = ''] = reason.split(':', 1);
  const kind = head
    .replace(/\w*\d\w*/g, '#')
    .trim()
    .slice(0, MAX_NAME);
  if (kind === '') return 'no reason given';
  return kind === OTHER_REFUSALS ? 'other' : kind;
}

/** How many shares a pool has refused, by kinds of its reasons. */
export class RefusalCounts {
  readonly #counts = new Map<string, number>();

  /** At most 33 entries: those of the kinds that came first, and `OTHER_REFUSALS`. */
  get byKind(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** @param reason the text of the pool */
  add(reason: string): void {
    const kind = refusalKind(reason);
    const isNamed = this.#counts.has(kind) || this.#counts.size < MAX_KINDS;
    const name = isNamed ? kind : OTHER_REFUSALS;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

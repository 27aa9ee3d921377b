import { encodeHex } from '@adit/primitives';

export interface DuplicateModules {
  /** Digests that the journal already holds for a group. */
  readonly journaled: (group: string) => Promise<readonly Uint8Array[]>;
}

interface Group {
  readonly keys: Set<string>;
  /** Settles when the journal's digests are in; rejected when they could not be read. */
  readonly loaded: Promise<void>;
}

/**
 * The duplicate sets of one chain: one for each group of work that is alive (parent block, or header).
 *
 * A key is never evicted while its work is accepted; the life of work is bounded instead. A set begins
 * with what the journal holds, so a restart forgets nothing.
 */
export class Duplicates {
  readonly #groups = new Map<string, Group>();
  readonly #modules: DuplicateModules;

  constructor(modules: DuplicateModules) {
    this.#modules = modules;
  }

  /** To be called when work of this group begins; again is harmless. */
  open(group: string): void {
    if (this.#groups.has(group)) return;
    const keys = new Set<string>();
    const loaded = this.#modules.journaled(group).then((digests) => {
      for (const digest of digests) keys.add(encodeHex(digest));
    });
    loaded.catch(() => {}); // Every `reserve` of the group hears of it.
    this.#groups.set(group, { keys, loaded });
  }

  /** To be called when no work of this group is accepted any more. */
  close(group: string): void {
    this.#groups.delete(group);
  }

  /**
   * Claims a digest before its proof is checked, so that two copies cannot race.
   * @returns false where it was claimed before @throws what reading the journal threw
   */
  async reserve(group: string, digest: Uint8Array): Promise<boolean> {
    const entry = this.#groups.get(group);
    // A late share of retired work is never credited; nothing has to be remembered for it.
    if (entry === undefined) return true;
    await entry.loaded;
    const key = encodeHex(digest);
    if (entry.keys.has(key)) return false;
    entry.keys.add(key);
    return true;
  }

  /** Gives a claim back, because the proof failed or the share could not be kept. */
  release(group: string, digest: Uint8Array): void {
    this.#groups.get(group)?.keys.delete(encodeHex(digest));
  }
}

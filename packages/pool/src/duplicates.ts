import type { ShareJournal } from '@adit/ledger';

export interface DuplicateModules {
  /** Digests that the journal already holds for a group. */
  readonly journaled: (group: string) => Promise<readonly Uint8Array[]>;
}

interface Group {
  /** The chains that have work of this group. */
  readonly holders: Set<Duplicates>;
  /** Claimed since the group was opened. */
  readonly claimed: Set<string>;
  /** What the journal held when the group was opened; undefined until it has been read. */
  journaled: ReadonlySet<string> | undefined;
  /** The reading that is under way. */
  reading: Promise<ReadonlySet<string>> | undefined;
}

/**
 * The duplicate sets of one network: one for each group of work that is alive (parent block, or header). Two chains of
 * one network see the same groups (`shared`), and a group lives as long as one of them has work of it.
 *
 * A key is never evicted while its work is accepted; the life of work is bounded instead. A set begins
 * with what the journal holds, so a restart forgets nothing. The journal may be slow or broken, and a
 * block must not wait for it: so a share is claimed at once (`claim`), and only before it is credited
 * the journal has its say (`isNew`).
 */
export class Duplicates {
  readonly #groups: Map<string, Group>;
  readonly #modules: DuplicateModules;

  constructor(modules: DuplicateModules, groups: Map<string, Group> = new Map()) {
    this.#modules = modules;
    this.#groups = groups;
  }

  static ofNetwork(network: string, journal: Pick<ShareJournal, 'digestsOf'>): Duplicates {
    return new Duplicates({ journaled: (group) => journal.digestsOf(network, group) });
  }

  /** The same sets for another chain of the network. */
  shared(): Duplicates {
    return new Duplicates(this.#modules, this.#groups);
  }

  /** To be called when work of this group begins; again is harmless. */
  open(group: string): void {
    const known = this.#groups.get(group);
    known?.holders.add(this);
    if (known !== undefined) return;
    const holders = new Set<Duplicates>([this]);
    const entry: Group = { holders, claimed: new Set(), journaled: undefined, reading: undefined };
    this.#groups.set(group, entry);
    this.#read(group, entry).catch(() => {}); // Whoever needs it reads again and hears why.
  }

  /** To be called when no work of this group is accepted any more. */
  close(group: string): void {
    const holders = this.#groups.get(group)?.holders;
    holders?.delete(this);
    if (holders?.size === 0) this.#groups.delete(group);
  }

  /**
   * Claims a digest before its proof is checked, so that two copies cannot race.
   * @returns false where it is known to be claimed, or in the journal
   */
  claim(group: string, digest: Uint8Array): boolean {
    const entry = this.#groups.get(group);
    // A late share of retired work is never credited; nothing has to be remembered for it.
    if (entry === undefined) return true;
    const key = keyOf(digest);
    if (entry.claimed.has(key) || entry.journaled?.has(key) === true) return false;
    entry.claimed.add(key);
    return true;
  }

  /**
   * Whether a claimed digest may be credited: waits until the journal of earlier processes has been read.
   * @throws what reading the journal threw; the next call tries again
   */
  async isNew(group: string, digest: Uint8Array): Promise<boolean> {
    const entry = this.#groups.get(group);
    if (entry === undefined) return true;
    const journaled = entry.journaled ?? (await this.#read(group, entry));
    return !journaled.has(keyOf(digest));
  }

  /** Gives a claim back, because the proof failed or the share could not be kept. */
  release(group: string, digest: Uint8Array): void {
    this.#groups.get(group)?.claimed.delete(keyOf(digest));
  }

  /** One reading at a time; a failed one leaves room for the next. */
  #read(group: string, entry: Group): Promise<ReadonlySet<string>> {
    entry.reading ??= this.#modules.journaled(group).then(
      (digests) => {
        entry.journaled = new Set(digests.map(keyOf));
        entry.reading = undefined;
        return entry.journaled;
      },
      (error) => {
        entry.reading = undefined;
        throw error;
      },
    );
    return entry.reading;
  }
}

/** Its bytes as characters: half as long as hex, and made at once. */
function keyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1');
}

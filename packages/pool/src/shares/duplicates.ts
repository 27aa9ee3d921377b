import type { ShareJournal } from '@adit/journal';
import { AditError } from '@adit/primitives';

/** How many shares are remembered. */
export interface DuplicateOptions {
  /** Most digests of one group that are remembered, those of the journal included. No share beyond them is credited. */
  readonly maxKeys?: number;
  /** The same for all groups together. */
  readonly maxTotal?: number;
}

export interface DuplicateModules {
  /** Digests that the journal already holds for a group. */
  readonly journaled: (group: string) => Promise<readonly Uint8Array[]>;
  /** The group cannot take more digests, so its work should be retired. Called once for each group. */
  readonly onFull?: (group: string) => void;
}

/**
 * `known`: claimed, or in the journal. `other_target`: claimed with another target. That must never happen, since one
 * header has one target. Such a share still goes to the journal, which counts the smaller weight and raises an alarm.
 */
export type ClaimOutcome = 'new' | 'known' | 'other_target';

interface Group {
  /** The chains that have work of this group. */
  readonly holders: Set<Duplicates>;
  /** Digests that were claimed since the group was opened, each with the target of its share. */
  readonly claimed: Map<string, bigint>;
  /** Digests that the journal held when the group was opened; undefined until they have been read. */
  journaled: ReadonlySet<string> | undefined;
  /** The read that is under way. */
  reading: Promise<ReadonlySet<string>> | undefined;
  /** A digest could not be remembered, so one that is not in `claimed` may have come before. True until `close`. */
  full: boolean;
}

/** What all chains of one network share. */
interface Known {
  readonly groups: Map<string, Group>;
  /** Digests in all groups. */
  total: number;
}

/**
 * Half of what a Map can hold (2^24), at about 100 bytes each. At 12,000 shares a second they last for eleven minutes
 * of one tip. One of some thousands of tips lives that long.
 */
const MAX_KEYS = 8_000_000;
/** Enough for the tip and the one before it, which is in its grace, and small enough for about a gigabyte. */
const MAX_TOTAL = 12_000_000;

/**
 * The duplicate sets of one network: one for each live group of work (parent block, or header). All chains of one
 * network use the same groups (`shared`), and a group lives while one of them has work of it.
 *
 * A key is never evicted while its work is accepted; the life of work is bounded instead. A set begins with the digests
 * of the journal, so a restart forgets nothing. The journal may be slow or broken, and a block must not wait for it. So
 * a share is claimed at once (`claim`), and the journal is asked only before the share is credited (`isNew`).
 *
 * A full set lets shares pass to their proof, so that blocks go out, but no share of its group is credited.
 */
export class Duplicates {
  readonly #known: Known;
  readonly #modules: DuplicateModules;
  readonly #options: DuplicateOptions;
  readonly #maxKeys: number;
  readonly #maxTotal: number;

  constructor(
    modules: DuplicateModules,
    options: DuplicateOptions = {},
    known: Known = { groups: new Map(), total: 0 },
  ) {
    this.#modules = modules;
    this.#options = options;
    this.#maxKeys = options.maxKeys ?? MAX_KEYS;
    this.#maxTotal = options.maxTotal ?? MAX_TOTAL;
    this.#known = known;
  }

  /** @param onFull see `DuplicateModules` */
  static ofNetwork(
    network: string,
    modules: { readonly journal: Pick<ShareJournal, 'digestsOf'>; readonly onFull?: (group: string) => void },
    options: DuplicateOptions = {},
  ): Duplicates {
    const { journal, onFull } = modules;
    const journaled = (group: string) => journal.digestsOf(network, group);
    return new Duplicates({ journaled, ...(onFull === undefined ? {} : { onFull }) }, options);
  }

  /** The same sets for another chain of the network. */
  shared(): Duplicates {
    return new Duplicates(this.#modules, this.#options, this.#known);
  }

  /** Digests that are remembered, in all groups. */
  get size(): number {
    return this.#known.total;
  }

  /** To be called when work of this group begins. A second call does nothing. */
  open(group: string): void {
    const known = this.#known.groups.get(group);
    known?.holders.add(this);
    if (known !== undefined) return;
    const entry: Group = {
      holders: new Set([this]),
      claimed: new Map(),
      journaled: undefined,
      reading: undefined,
      full: false,
    };
    this.#known.groups.set(group, entry);
    this.#read(group, entry).catch(() => {}); // `isNew` reads again, and throws.
  }

  /** To be called when no work of this group is accepted any more. */
  close(group: string): void {
    const entry = this.#known.groups.get(group);
    entry?.holders.delete(this);
    if (entry === undefined || entry.holders.size > 0) return;
    this.#known.total -= entry.claimed.size + (entry.journaled?.size ?? 0);
    this.#known.groups.delete(group);
  }

  /**
   * Claims a digest before its proof is checked, so that two copies cannot race. Where the group is full, nothing is
   * remembered and the answer is `new`, because the share may be a block. `isNew` then prevents the credit.
   * @param target the target that the hash has to meet; the weight of the share follows from it
   */
  claim(group: string, digest: Uint8Array, target: bigint): ClaimOutcome {
    const entry = this.#known.groups.get(group);
    // A late share of retired work is never credited, so it need not be remembered.
    if (entry === undefined) return 'new';
    const key = keyOf(digest);
    const claimed = entry.claimed.get(key);
    if (claimed !== undefined) return claimed === target ? 'known' : 'other_target';
    if (entry.journaled?.has(key) === true) return 'known';
    const keys = entry.claimed.size + (entry.journaled?.size ?? 0);
    if (entry.full || keys >= this.#maxKeys || this.#known.total >= this.#maxTotal) this.#fill(group, entry);
    else {
      entry.claimed.set(key, target);
      this.#known.total += 1;
    }
    return 'new';
  }

  /**
   * Whether a claimed digest may be credited. Waits until the journals of earlier processes have been read.
   * @throws the error of reading the journal; the next call reads again. AditError `ADIT_DUPLICATES_FULL` where the
   *   claim could not be remembered
   */
  async isNew(group: string, digest: Uint8Array): Promise<boolean> {
    const entry = this.#known.groups.get(group);
    if (entry === undefined) return true;
    const key = keyOf(digest);
    const journaled = entry.journaled ?? (await this.#read(group, entry));
    if (journaled.has(key)) return false;
    if (!entry.full || entry.claimed.has(key)) return true;
    throw new AditError('ADIT_DUPLICATES_FULL', `no more shares of ${group} can be remembered`);
  }

  /** Gives a claim back, because the proof failed or the share could not be kept. */
  release(group: string, digest: Uint8Array): void {
    if (this.#known.groups.get(group)?.claimed.delete(keyOf(digest)) === true) this.#known.total -= 1;
  }

  #fill(group: string, entry: Group): void {
    if (entry.full) return;
    entry.full = true;
    this.#modules.onFull?.(group);
  }

  /** Reads once at a time. After a failure the next call reads again. */
  #read(group: string, entry: Group): Promise<ReadonlySet<string>> {
    entry.reading ??= this.#modules.journaled(group).then(
      (digests) => {
        entry.reading = undefined;
        return this.#take(group, entry, digests);
      },
      (error) => {
        entry.reading = undefined;
        throw error;
      },
    );
    return entry.reading;
  }

  #take(group: string, entry: Group, digests: readonly Uint8Array[]): ReadonlySet<string> {
    const open = this.#known.groups.get(group) === entry;
    const room = Math.min(this.#maxKeys, this.#maxTotal - this.#known.total) - entry.claimed.size;
    // A digest that does not fit may come again as a share. From now on only shares whose claim is in memory count.
    if (digests.length > room) {
      if (open) this.#known.total -= entry.claimed.size;
      entry.claimed.clear();
      this.#fill(group, entry);
    }
    entry.journaled = new Set(digests.slice(0, Math.max(0, room)).map(keyOf));
    if (open) this.#known.total += entry.journaled.size;
    return entry.journaled;
  }
}

/** The bytes of a digest as characters: half as long as hex, and made in one call. */
function keyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1');
}

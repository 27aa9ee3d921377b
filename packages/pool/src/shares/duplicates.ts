import type { ShareJournal } from '@adit/journal';
import { AditError } from '@adit/primitives';

export interface DuplicateOptions {
  /** Digests of one group, those of the journal included, that are remembered; beyond, nothing is credited. */
  readonly maxKeys?: number;
  /** The same for all groups together. */
  readonly maxTotal?: number;
}

export interface DuplicateModules {
  /** Digests that the journal already holds for a group. */
  readonly journaled: (group: string) => Promise<readonly Uint8Array[]>;
  /** This group can take no more: its work should be retired. Told once for each group. */
  readonly onFull?: (group: string) => void;
}

/**
 * `known`: claimed, or in the journal. `other_target`: claimed with another target, which must never happen, since one
 * header has one target. Such a share goes to the journal all the same: it counts the smaller weight, and alarms.
 */
export type ClaimOutcome = 'new' | 'known' | 'other_target';

interface Group {
  /** The chains that have work of this group. */
  readonly holders: Set<Duplicates>;
  /** Claimed since the group was opened, each with the target of its share. */
  readonly claimed: Map<string, bigint>;
  /** What the journal held when the group was opened; undefined until it has been read. */
  journaled: ReadonlySet<string> | undefined;
  /** The reading that is under way. */
  reading: Promise<ReadonlySet<string>> | undefined;
  /** Some digest could not be remembered: what is not in `claimed` may have come before. Stays until it is closed. */
  full: boolean;
}

/** What all chains of one network share. */
interface Known {
  readonly groups: Map<string, Group>;
  /** Digests in all groups. */
  total: number;
}

/**
 * Half of what a Map can hold (2^24), in some 100 bytes each. At 12,000 shares a second that is eleven minutes of one
 * tip, and one tip of some thousands lives so long.
 */
const MAX_KEYS = 8_000_000;
/** The tip, the one before it that is in its time of grace, and what fits in a gigabyte. */
const MAX_TOTAL = 12_000_000;

/**
 * The duplicate sets of one network: one for each group of work that is alive (parent block, or header). Two chains of
 * one network see the same groups (`shared`), and a group lives as long as one of them has work of it.
 *
 * A key is never evicted while its work is accepted; the life of work is bounded instead. A set begins
 * with what the journal holds, so a restart forgets nothing. The journal may be slow or broken, and a
 * block must not wait for it: so a share is claimed at once (`claim`), and only before it is credited
 * the journal has its say (`isNew`).
 *
 * A set that is full lets shares pass to their proof, so that blocks go out, and lets none be credited.
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

  /** To be called when work of this group begins; again is harmless. */
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
    this.#read(group, entry).catch(() => {}); // Whoever needs it reads again and hears why.
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
   * Claims a digest before its proof is checked, so that two copies cannot race. Where the group is full nothing is
   * remembered and the answer is `new`: the share may be a block. `isNew` refuses to credit it.
   * @param target what the hash has to meet: it says what the share weighs
   */
  claim(group: string, digest: Uint8Array, target: bigint): ClaimOutcome {
    const entry = this.#known.groups.get(group);
    // A late share of retired work is never credited; nothing has to be remembered for it.
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
   * Whether a claimed digest may be credited: waits until the journal of earlier processes has been read.
   * @throws what reading the journal threw; the next call tries again. AditError `ADIT_DUPLICATES_FULL` where the
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

  /** One reading at a time; a failed one leaves room for the next. */
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
    // What is left out might come again as a share: from now on none is credited whose claim is not in memory.
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

/** Its bytes as characters: half as long as hex, and made at once. */
function keyOf(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString('latin1');
}

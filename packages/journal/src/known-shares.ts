import type { LighterShare, WorkGroup } from './journal-file.ts';
import type { JournalMark, JournalTail } from './journal-tail.ts';
import { groupKey, shareKey } from './other-journals.ts';
import type { JournaledShare } from './share-record.ts';

interface Group {
  /** Smallest weight of each share that was taken, by its digest. */
  readonly kept: Map<string, bigint>;
  /** Smallest weight with which a share came again, of shares that may not have been taken yet. */
  readonly lighter: Map<string, bigint>;
}

/** What is known of a share that comes. */
export type Known =
  /** It counts, with this weight: a smaller one may have come before it. */
  | { readonly kind: 'new'; readonly weight: bigint }
  /** It was taken with this weight. */
  | { readonly kind: 'again'; readonly weight: bigint };

/**
 * Digests that are kept, some 100 bytes each. A busy pool has some 75,000 shares in a group of work, and few groups at a time; a group
 * that is not kept is read again.
 */
const MAX_DIGESTS = 400_000;

/**
 * Tells shares that were taken from new ones. What it knows of a group follows from the journals and the marks: it reads a group when the
 * first share of it comes. So nothing of it is stored, and a group that comes back after weeks is known again.
 */
export class KnownShares {
  readonly #tail: Pick<JournalTail, 'takenOf'>;
  readonly #maxDigests: number;
  /** The group that was used last is the last one. */
  readonly #groups = new Map<string, Group>();
  #marks: ReadonlyMap<string, JournalMark> = new Map();
  #last: { readonly group: WorkGroup; readonly known: Group } | undefined;

  constructor(
    { maxDigests = MAX_DIGESTS }: { readonly maxDigests?: number },
    tail: Pick<JournalTail, 'takenOf'>,
  ) {
    this.#maxDigests = maxDigests;
    this.#tail = tail;
  }

  /**
   * Begins a step. Groups are given up only between steps: the marks do not cover yet what a step takes.
   * @param marks how far all journals have been taken
   */
  begin(marks: ReadonlyMap<string, JournalMark>): void {
    this.#marks = marks;
    this.#last = undefined;
    this.#makeRoom();
  }

  /** Forgets everything: a step whose shares were not stored took nothing. */
  forget(): void {
    this.#groups.clear();
    this.#last = undefined;
  }

  /** Notes a row of a journal. */
  take(share: JournaledShare): Known {
    const { kept, lighter } = this.#groupOf(share);
    const key = shareKey(share.digest);
    const before = kept.get(key);
    if (before !== undefined) {
      if (share.weight < before) kept.set(key, share.weight);
      return { kind: 'again', weight: before };
    }
    const weight = least(share.weight, lighter.get(key));
    kept.set(key, weight);
    return { kind: 'new', weight };
  }

  /**
   * Notes that a share came again with a smaller weight.
   * @returns the weight with which it was taken; undefined if it was not taken yet
   */
  lighten({ digest, weight, network, workGroup }: LighterShare): bigint | undefined {
    const { kept, lighter } = this.#groupOf({ network, workGroup });
    const key = shareKey(digest);
    lighter.set(key, least(weight, lighter.get(key)));
    const before = kept.get(key);
    if (before !== undefined) kept.set(key, least(weight, before));
    return before;
  }

  #groupOf(group: WorkGroup): Group {
    const last = this.#last;
    if (last?.group.workGroup === group.workGroup && last.group.network === group.network) return last.known;
    const key = groupKey(group);
    const known = this.#groups.get(key) ?? this.#read(group);
    this.#groups.delete(key);
    this.#groups.set(key, known);
    this.#last = { group: { network: group.network, workGroup: group.workGroup }, known };
    return known;
  }

  #read(group: WorkGroup): Group {
    const { kept, lighter } = this.#tail.takenOf(group, this.#marks);
    for (const [key, weight] of lighter) {
      const taken = kept.get(key);
      if (taken !== undefined && weight < taken) kept.set(key, weight);
    }
    return { kept, lighter };
  }

  #makeRoom(): void {
    let digests = 0;
    for (const { kept, lighter } of this.#groups.values()) digests += kept.size + lighter.size;
    for (const [key, { kept, lighter }] of this.#groups) {
      if (digests <= this.#maxDigests) break;
      this.#groups.delete(key);
      digests -= kept.size + lighter.size;
    }
  }
}

function least(weight: bigint, other: bigint | undefined): bigint {
  return other !== undefined && other < weight ? other : weight;
}

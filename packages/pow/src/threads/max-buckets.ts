import { IntrusiveList, ListNode } from './intrusive-list.ts';

/** How many jobs an owner has, for `MaxBuckets` to compare. */
export class BucketEntry<T> extends ListNode<BucketEntry<T>> {
  readonly owner: T;
  /** Only `MaxBuckets` sets it. */
  count = 0;

  constructor(owner: T) {
    super();
    this.owner = owner;
  }
}

/**
 * Finds the owner with the highest count at constant cost for each change: entries lie in buckets by their count, and
 * since a count changes by one, the highest bucket that is not empty is at most one away. Entries with a count of 1 lie
 * in no bucket: most entries never grow beyond 1, and no caller has to tell them apart.
 */
export class MaxBuckets<T> {
  /** The index is the count. */
  readonly #buckets: (IntrusiveList<BucketEntry<T>> | undefined)[] = [];
  #highest = 0;

  /** The owner with the highest count; undefined where no count is above 1. */
  get largest(): T | undefined {
    return this.#buckets[this.#highest]?.first?.owner;
  }

  increment(entry: BucketEntry<T>): void {
    const count = entry.count + 1;
    if (count > 2) this.#buckets[count - 1]?.remove(entry);
    entry.count = count;
    if (count === 1) return;
    this.#bucketOf(count).push(entry);
    if (count > this.#highest) this.#highest = count;
  }

  /** @param entry one with a count of at least 1 */
  decrement(entry: BucketEntry<T>): void {
    const count = entry.count - 1;
    entry.count = count;
    if (count === 0) return;
    this.#buckets[count + 1]?.remove(entry);
    if (count > 1) this.#bucketOf(count).push(entry);
    if (this.#buckets[this.#highest]?.first === undefined) this.#highest = count;
  }

  #bucketOf(count: number): IntrusiveList<BucketEntry<T>> {
    const known = this.#buckets[count];
    if (known !== undefined) return known;
    const made = new IntrusiveList<BucketEntry<T>>();
    // Counts are reached one by one, so the array has no holes above the first two places.
    this.#buckets[count] = made;
    return made;
  }
}

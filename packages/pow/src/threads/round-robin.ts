import { IntrusiveList, ListNode } from './intrusive-list.ts';
import type { Lane } from './lane.ts';
import { BucketEntry, MaxBuckets } from './max-buckets.ts';

/** Gaps are closed when there are at least this many and they are half of the array: the cost for each job is then constant. */
const MIN_GAPS_TO_CLOSE = 64;

/** A connection with jobs, which leave in the order in which they came. */
class Member<T> extends ListNode<Member<T>> {
  readonly id: number;
  readonly entry = new BucketEntry<Member<T>>(this);
  /** Jobs that were taken leave gaps at the front. */
  readonly #jobs: (T | undefined)[];
  #gaps = 0;

  constructor(id: number, job: T) {
    super();
    this.id = id;
    this.#jobs = [job];
  }

  push(job: T): void {
    this.#jobs.push(job);
  }

  shift(): T | undefined {
    const job = this.#jobs[this.#gaps];
    this.#jobs[this.#gaps] = undefined;
    this.#gaps += 1;
    if (this.#gaps >= MIN_GAPS_TO_CLOSE && this.#gaps * 2 >= this.#jobs.length) {
      this.#jobs.splice(0, this.#gaps);
      this.#gaps = 0;
    }
    return job;
  }

  /** @returns the newest job, taken out */
  pop(): T | undefined {
    return this.#jobs.pop();
  }
}

/** An address with jobs. */
class Group<T> extends ListNode<Group<T>> {
  readonly name: string;
  readonly entry = new BucketEntry<Group<T>>(this);
  /** In the order of their turns. */
  readonly members = new IntrusiveList<Member<T>>();
  readonly #counts = new MaxBuckets<Member<T>>();
  /** All members, made for the second one: most groups never have a second member. */
  #byId: Map<number, Member<T>> | undefined;

  constructor(name: string) {
    super();
    this.name = name;
  }

  member(id: number): Member<T> | undefined {
    const { first } = this.members;
    return first?.id === id ? first : this.#byId?.get(id);
  }

  /** The member with the most jobs; where all have one job, the member that joined last. */
  get largest(): Member<T> | undefined {
    return this.#counts.largest ?? this.members.last;
  }

  push(id: number, job: T): void {
    const known = this.member(id);
    const member = known ?? new Member(id, job);
    if (known === undefined) this.#join(member);
    else known.push(job);
    this.#counts.increment(member.entry);
  }

  /** Counts a job of this member that was taken out, and forgets a member without jobs. */
  shrink(member: Member<T>): void {
    this.#counts.decrement(member.entry);
    if (member.entry.count > 0) return;
    this.members.remove(member);
    this.#byId?.delete(member.id);
  }

  #join(member: Member<T>): void {
    const { first } = this.members;
    if (first !== undefined) this.#byId ??= new Map([[first.id, first]]);
    this.#byId?.set(member.id, member);
    this.members.push(member);
  }
}

/**
 * A queue that serves groups in turn, the members of a group in turn, and the jobs of a member in their order. Every
 * step costs the same for any number of jobs, and lanes without jobs are forgotten. Its owner bounds it.
 */
export class RoundRobin<T extends { readonly lane: Lane }> {
  /** In the order of their turns. */
  readonly #groups = new IntrusiveList<Group<T>>();
  readonly #byName = new Map<string, Group<T>>();
  readonly #counts = new MaxBuckets<Group<T>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** How many groups have jobs. */
  get groups(): number {
    return this.#byName.size;
  }

  push(job: T): void {
    const { group: name, member } = job.lane;
    let group = this.#byName.get(name);
    if (group === undefined) {
      group = new Group(name);
      this.#byName.set(name, group);
      this.#groups.push(group);
    }
    group.push(member, job);
    this.#counts.increment(group.entry);
    this.#length += 1;
  }

  /** @returns the first job of the group and the member whose turn it is; both then wait for their next turn */
  shift(): T | undefined {
    const group = this.#groups.first;
    const member = group?.members.first;
    const job = member?.shift();
    if (group === undefined || member === undefined) return undefined;
    this.#groups.moveToEnd(group);
    group.members.moveToEnd(member);
    this.#shrink(group, member);
    return job;
  }

  /**
   * Makes room for a job of this lane where another lane has more jobs.
   * @returns the newest job of the lane with the most jobs, taken out; undefined where no lane has more than this one would have
   */
  makeRoom({ group: name, member: id }: Lane): T | undefined {
    const group = this.#counts.largest;
    // Without a largest group, every group has one job: none has more than this lane would get.
    if (group === undefined) return undefined;
    const own = this.#byName.get(name);
    // With the new job the lane must still have less than the other, or the two would evict each other's jobs in turn.
    if (own !== group && (own?.entry.count ?? 0) + 1 < group.entry.count) return this.#pop(group);
    const held = own?.member(id)?.entry.count ?? 0;
    if (own === undefined || held + 1 >= (own.largest?.entry.count ?? 0)) return undefined;
    return this.#pop(own);
  }

  #pop(group: Group<T>): T | undefined {
    const member = group.largest;
    const job = member?.pop();
    if (member !== undefined) this.#shrink(group, member);
    return job;
  }

  #shrink(group: Group<T>, member: Member<T>): void {
    group.shrink(member);
    this.#counts.decrement(group.entry);
    this.#length -= 1;
    if (group.entry.count > 0) return;
    this.#groups.remove(group);
    this.#byName.delete(group.name);
  }
}

import { type Counted, Lengths } from './lengths.ts';

/** Who a task belongs to: groups take turns, and members of a group take turns. */
export interface Lane {
  /** An address. */
  readonly group: string;
  /** A connection. */
  readonly member: number;
  /** Goes before all others: it is a block by its hash. */
  readonly urgent?: boolean;
}

export interface Queued {
  readonly lane: Lane;
  /** When it came; any monotonic clock. */
  readonly since: number;
}

class Member<T> implements Counted {
  readonly id: number;
  readonly tasks: T[] = [];
  length = 0;

  constructor(id: number) {
    this.id = id;
  }
}

class Group<T> implements Counted {
  readonly name: string;
  /** In the order of their turns. */
  readonly members = new Map<number, Member<T>>();
  readonly lengths = new Lengths<Member<T>>();
  length = 0;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * What waits for the workers, in turns: whoever sends much waits longer himself, and nobody else does. Urgent tasks
 * come first, in their order. All steps cost the same however much waits. Bounded by its owner.
 */
export class FairQueue<T extends Queued> {
  /** In the order of their turns; without tasks a group is not here. */
  readonly #groups = new Map<string, Group<T>>();
  readonly #lengths = new Lengths<Group<T>>();
  /** Urgent ones, and those that a worker lost: they had their turn. */
  #first: T[] = [];
  #length = 0;

  get length(): number {
    return this.#length + this.#first.length;
  }

  get groups(): number {
    return this.#groups.size;
  }

  /** Since when the oldest task waits; undefined where none does. Looks at every member. */
  get oldest(): number | undefined {
    let oldest = this.#first[0]?.since;
    for (const group of this.#groups.values())
      for (const { tasks } of group.members.values()) {
        const since = tasks[0]?.since;
        if (since !== undefined && (oldest === undefined || since < oldest)) oldest = since;
      }
    return oldest;
  }

  push(task: T): void {
    if (task.lane.urgent === true) {
      this.#first.push(task);
      return;
    }
    const { group: name, member: id } = task.lane;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new Group(name);
      this.#groups.set(name, group);
    }
    let member = group.members.get(id);
    if (member === undefined) {
      member = new Member(id);
      group.members.set(id, member);
    }
    member.tasks.push(task);
    group.lengths.grow(member);
    this.#lengths.grow(group);
    this.#length += 1;
  }

  /** Puts lost tasks back in front, in their order. */
  returnToFront(tasks: readonly T[]): void {
    this.#first = [...tasks, ...this.#first];
  }

  /** Up to `count` tasks, in turns. */
  take(count: number): T[] {
    const taken = this.#first.splice(0, count);
    while (taken.length < count) {
      const task = this.#next();
      if (task === undefined) break;
      taken.push(task);
    }
    return taken;
  }

  /**
   * Makes room for a task of this lane where others hold more places.
   * @returns the newest task of whoever holds most, taken out; undefined where that is the lane itself
   */
  makeRoom({ group: name, member: id }: Lane): T | undefined {
    const group = this.#lengths.longest;
    if (group === undefined) return undefined;
    const own = this.#groups.get(name);
    const ownMember = own?.members.get(id)?.length ?? 0;
    // With the new task the lane must still hold less than the other, or they would take from each other in turn.
    if (own !== group && (own?.length ?? 0) + 1 < group.length) return this.#takeNewest(group);
    const inOwn = own?.lengths.longest;
    if (own === undefined || inOwn === undefined || ownMember + 1 >= inOwn.length) return undefined;
    return this.#takeNewest(own);
  }

  #takeNewest(group: Group<T>): T | undefined {
    const member = group.lengths.longest;
    const task = member?.tasks.pop();
    if (member !== undefined && task !== undefined) this.#remove(group, member);
    return task;
  }

  /** The first task of the group and member whose turn it is; both then go to the end of their rows. */
  #next(): T | undefined {
    const group = this.#groups.values().next().value;
    const member = group?.members.values().next().value;
    const task = member?.tasks.shift();
    if (group === undefined || member === undefined || task === undefined) return undefined;
    group.members.delete(member.id);
    this.#groups.delete(group.name);
    if (member.length > 1) group.members.set(member.id, member);
    if (group.length > 1) this.#groups.set(group.name, group);
    group.lengths.shrink(member);
    this.#lengths.shrink(group);
    this.#length -= 1;
    return task;
  }

  #remove(group: Group<T>, member: Member<T>): void {
    group.lengths.shrink(member);
    this.#lengths.shrink(group);
    this.#length -= 1;
    if (member.length === 0) group.members.delete(member.id);
    if (group.length === 0) this.#groups.delete(group.name);
  }
}

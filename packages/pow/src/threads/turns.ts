import { Lengths, Rank } from './lengths.ts';
import { Linked, Row } from './row.ts';

/** Who a task belongs to: groups take turns, and members of a group take turns. */
export interface Lane {
  /** An address. */
  readonly group: string;
  /** A connection. */
  readonly member: number;
  /** Goes before all others: it is a block by its hash. */
  readonly urgent?: boolean;
}

/** Gaps are closed once there are this many and they are half of all: then it costs next to nothing for each. */
const CUT_AT = 64;

/** A connection with tasks, which leave in the order in which they came. */
class Member<T> extends Linked<Member<T>> {
  readonly id: number;
  readonly rank = new Rank<Member<T>>(this);
  /** Those that are taken leave a gap, until there are many gaps. */
  readonly #tasks: (T | undefined)[];
  #taken = 0;

  constructor(id: number, task: T) {
    super();
    this.id = id;
    this.#tasks = [task];
  }

  push(task: T): void {
    this.#tasks.push(task);
  }

  shift(): T | undefined {
    const task = this.#tasks[this.#taken];
    this.#tasks[this.#taken] = undefined;
    this.#taken += 1;
    if (this.#taken >= CUT_AT && this.#taken * 2 >= this.#tasks.length) {
      this.#tasks.splice(0, this.#taken);
      this.#taken = 0;
    }
    return task;
  }

  /** The newest. */
  pop(): T | undefined {
    return this.#tasks.pop();
  }
}

/** An address with tasks. */
class Group<T> extends Linked<Group<T>> {
  readonly name: string;
  readonly rank = new Rank<Group<T>>(this);
  /** In the order of their turns. */
  readonly members = new Row<Member<T>>();
  readonly #lengths = new Lengths<Member<T>>();
  /** All of them, from when there was a second one: most groups never have it. */
  #byId: Map<number, Member<T>> | undefined;

  constructor(name: string) {
    super();
    this.name = name;
  }

  member(id: number): Member<T> | undefined {
    const { first } = this.members;
    return first?.id === id ? first : this.#byId?.get(id);
  }

  /** Who holds most; of equals who joined last. */
  get longest(): Member<T> | undefined {
    return this.#lengths.longest ?? this.members.last;
  }

  push(id: number, task: T): void {
    const known = this.member(id);
    const member = known ?? new Member(id, task);
    if (known === undefined) this.#join(member);
    else known.push(task);
    this.#lengths.grow(member.rank);
  }

  /** After a task of this member has left. */
  shrink(member: Member<T>): void {
    this.#lengths.shrink(member.rank);
    if (member.rank.length > 0) return;
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
 * Tasks that are taken in turns: round the groups, in a group round its members, of a member in their order. All steps
 * cost the same however much waits, and whoever has nothing here is not remembered. Bounded by its owner.
 */
export class Turns<T extends { readonly lane: Lane }> {
  /** In the order of their turns. */
  readonly #row = new Row<Group<T>>();
  readonly #byName = new Map<string, Group<T>>();
  readonly #lengths = new Lengths<Group<T>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get groups(): number {
    return this.#byName.size;
  }

  push(task: T): void {
    const { group: name, member } = task.lane;
    let group = this.#byName.get(name);
    if (group === undefined) {
      group = new Group(name);
      this.#byName.set(name, group);
      this.#row.push(group);
    }
    group.push(member, task);
    this.#lengths.grow(group.rank);
    this.#length += 1;
  }

  /** The first task of the group and member whose turn it is; both then go to the end of their rows. */
  shift(): T | undefined {
    const group = this.#row.first;
    const member = group?.members.first;
    const task = member?.shift();
    if (group === undefined || member === undefined) return undefined;
    this.#row.rotate(group);
    group.members.rotate(member);
    this.#shrink(group, member);
    return task;
  }

  /**
   * Makes room for a task of this lane where others hold more.
   * @returns the newest task of whoever holds most, taken out; undefined where that is the lane itself
   */
  makeRoom({ group: name, member: id }: Lane): T | undefined {
    const group = this.#lengths.longest;
    // Nobody has more than one task.
    if (group === undefined) return undefined;
    const own = this.#byName.get(name);
    // With the new task the lane must still hold less than the other, or they would take from each other in turn.
    if (own !== group && (own?.rank.length ?? 0) + 1 < group.rank.length) return this.#pop(group);
    const held = own?.member(id)?.rank.length ?? 0;
    if (own === undefined || held + 1 >= (own.longest?.rank.length ?? 0)) return undefined;
    return this.#pop(own);
  }

  #pop(group: Group<T>): T | undefined {
    const member = group.longest;
    const task = member?.pop();
    if (member !== undefined) this.#shrink(group, member);
    return task;
  }

  #shrink(group: Group<T>, member: Member<T>): void {
    group.shrink(member);
    this.#lengths.shrink(group.rank);
    this.#length -= 1;
    if (group.rank.length > 0) return;
    this.#row.remove(group);
    this.#byName.delete(group.name);
  }
}

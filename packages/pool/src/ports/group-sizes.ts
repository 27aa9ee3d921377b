/**
 * Members of groups, and which group has the most of them, at a cost that does not grow with their number: an attacker
 * decides how many groups there are. Memory is bounded by the members, since a group without members is forgotten.
 */
export class GroupSizes {
  /** The members of each group, the oldest first. */
  readonly #members = new Map<string, Set<string>>();
  /** The groups of each size, except 0. Of equal groups the one that has had its size for longest is first. */
  readonly #bySize = new Map<number, Set<string>>();
  #largest = 0;

  /** @param member must not be in the group */
  add(group: string, member: string): void {
    const members = this.#members.get(group) ?? new Set();
    this.#members.set(group, members);
    members.add(member);
    this.#move(group, members.size - 1, members.size);
    this.#largest = Math.max(this.#largest, members.size);
  }

  delete(group: string, member: string): void {
    const members = this.#members.get(group);
    if (members?.delete(member) !== true) return;
    if (members.size === 0) this.#members.delete(group);
    this.#move(group, members.size + 1, members.size);
    // The group that shrank has the next smaller size now, so no size in between has to be looked at.
    if (!this.#bySize.has(this.#largest)) this.#largest -= 1;
  }

  /** The oldest member of the largest group; undefined without members. */
  oldestOfLargest(): string | undefined {
    for (const group of this.#bySize.get(this.#largest) ?? [])
      for (const member of this.#members.get(group) ?? []) return member;
    return undefined;
  }

  #move(group: string, from: number, to: number): void {
    const before = this.#bySize.get(from);
    before?.delete(group);
    if (before?.size === 0) this.#bySize.delete(from);
    if (to === 0) return;
    const after = this.#bySize.get(to) ?? new Set();
    this.#bySize.set(to, after);
    after.add(group);
  }
}

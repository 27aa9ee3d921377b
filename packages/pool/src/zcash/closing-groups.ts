/** What may end: the duplicates of a tip, and whether a job still needs them. */
export interface ClosingGroupsModules {
  readonly needs: (group: string) => boolean;
  readonly close: (group: string) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** The groups of former tips whose grace runs: until it ends duplicates are remembered. At most one for each tip. */
export class ClosingGroups {
  readonly #modules: ClosingGroupsModules;
  #closing: { readonly group: string; readonly at: number }[] = [];

  constructor(modules: ClosingGroupsModules) {
    this.#modules = modules;
  }

  /** Begins the grace of groups. A tip may have come back, and be retired once more: its grace begins again. */
  add(groups: ReadonlySet<string>, graceMs: number): void {
    const at = this.#modules.now() + graceMs;
    this.#closing = this.#closing.filter(({ group }) => !groups.has(group));
    for (const group of groups) this.#closing.push({ group, at });
    this.closeDue();
  }

  /** Forgets the duplicates of tips whose shares can no longer be credited. */
  closeDue(): void {
    const now = this.#modules.now();
    const { needs, close } = this.#modules;
    for (const { group, at } of this.#closing) if (now >= at && !needs(group)) close(group);
    this.#closing = this.#closing.filter(({ at }) => now < at);
  }
}

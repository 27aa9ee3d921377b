/** Lines of one group (an address, of IPv6 a /48) in one turn of the event loop: some ten milliseconds. */
const MOST = 256;
/** Of all groups that wait, together. */
const MOST_OF_ALL = 1_024;
/** A group has so many however many wait. */
const LEAST = 8;

interface Group {
  lines: number;
  /** Those whose lines have come and were not handled; each connection once. */
  waiting: (() => void)[];
}

/**
 * Shares the turns of the event loop out among addresses: who opens 1,500 connections has no more of a turn than who
 * has one. The lines that are too many for this turn wait for the next one, and their connections take turns.
 */
export class Turns {
  readonly #groups = new Map<string, Group>();
  #most = MOST;
  #planned = false;

  /** A line of this group is to be handled. @returns false where it has to `wait` */
  take(name: string): boolean {
    const group = this.#group(name);
    if (group.lines >= this.#most) return false;
    group.lines += 1;
    return true;
  }

  /** @param go is called in a later turn, when the group may go on */
  wait(name: string, go: () => void): void {
    this.#group(name).waiting.push(go);
  }

  #group(name: string): Group {
    if (!this.#planned) {
      this.#planned = true;
      setImmediate(Turns.#next, this);
    }
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { lines: 0, waiting: [] };
      this.#groups.set(name, group);
    }
    return group;
  }

  /** The next turn. */
  static #next(turns: Turns): void {
    const groups = turns.#groups;
    for (const [name, group] of groups) {
      group.lines = 0;
      if (group.waiting.length === 0) groups.delete(name);
    }
    turns.#planned = false;
    turns.#most = Math.max(LEAST, Math.min(MOST, Math.floor(MOST_OF_ALL / Math.max(1, groups.size))));
    for (const [name, group] of groups) {
      // What waits again while it is served comes behind those that have not been served yet.
      const due = group.waiting;
      group.waiting = [];
      let served = 0;
      for (const go of due) {
        if (group.lines >= turns.#most) break;
        served += 1;
        go();
      }
      if (served < due.length) group.waiting = due.slice(served).concat(group.waiting);
      // Somebody has to come back for them.
      turns.#group(name);
    }
  }
}

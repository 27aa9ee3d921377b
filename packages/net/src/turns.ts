/** How much of a turn of the event loop a group (an address, of IPv6 a /48) may have. */
export interface TurnLimits {
  /** Lines, or whatever else is taken. */
  readonly most: number;
  /** Of all groups that wait, together. */
  readonly mostOfAll: number;
  /** A group has so many however many wait. */
  readonly least: number;
  /** The same in milliseconds: what costs much counts for much. A line that has begun is finished. */
  readonly mostMs: number;
  readonly mostMsOfAll: number;
  readonly leastMs: number;
}

/** An honest line costs some 20 us. Whoever sends lines that cost a hundred times as much has fewer of them. */
const LINES: TurnLimits = {
  most: 256,
  mostOfAll: 1_024,
  least: 8,
  mostMs: 5,
  mostMsOfAll: 20,
  leastMs: 0.25,
};

interface Group {
  lines: number;
  /** What they cost in this turn. */
  ms: number;
  /** Those whose lines have come and were not handled; each connection once. */
  waiting: (() => void)[];
}

/**
 * Shares the turns of the event loop out among addresses: who opens 1,500 connections has no more of a turn than who
 * has one. The lines that are too many for this turn wait for the next one, and their connections take turns.
 */
export class Turns {
  readonly #groups = new Map<string, Group>();
  readonly #limits: TurnLimits;
  #most: number;
  #mostMs: number;
  #planned = false;

  constructor(limits: TurnLimits = LINES) {
    this.#limits = limits;
    this.#most = limits.most;
    this.#mostMs = limits.mostMs;
  }

  /** A line of this group is to be handled. @returns false where it has to `wait` */
  take(name: string): boolean {
    const group = this.#group(name);
    if (this.#spent(group)) return false;
    group.lines += 1;
    return true;
  }

  /** What was taken has cost so much: the group pays for it, in this turn. */
  spend(name: string, ms: number): void {
    this.#group(name).ms += ms;
  }

  /** @param go is called in a later turn, when the group may go on */
  wait(name: string, go: () => void): void {
    this.#group(name).waiting.push(go);
  }

  #spent(group: Group): boolean {
    return group.lines >= this.#most || group.ms >= this.#mostMs;
  }

  #group(name: string): Group {
    if (!this.#planned) {
      this.#planned = true;
      setImmediate(Turns.#next, this);
    }
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { lines: 0, ms: 0, waiting: [] };
      this.#groups.set(name, group);
    }
    return group;
  }

  /** The next turn. */
  static #next(turns: Turns): void {
    const groups = turns.#groups;
    for (const [name, group] of groups) {
      group.lines = 0;
      group.ms = 0;
      if (group.waiting.length === 0) groups.delete(name);
    }
    turns.#planned = false;
    const { most, mostOfAll, least, mostMs, mostMsOfAll, leastMs } = turns.#limits;
    const count = Math.max(1, groups.size);
    turns.#most = Math.max(least, Math.min(most, Math.floor(mostOfAll / count)));
    turns.#mostMs = Math.max(leastMs, Math.min(mostMs, mostMsOfAll / count));
    for (const [name, group] of groups) {
      // What waits again while it is served comes behind those that have not been served yet.
      const due = group.waiting;
      group.waiting = [];
      let served = 0;
      for (const go of due) {
        if (turns.#spent(group)) break;
        served += 1;
        go();
      }
      if (served < due.length) group.waiting = due.slice(served).concat(group.waiting);
      // Somebody has to come back for them.
      turns.#group(name);
    }
  }
}

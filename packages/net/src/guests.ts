import type { Ending } from './ending.ts';

/** An open connection, with the facts that decide which one must go if an address has too many. */
export interface Guest {
  readonly remoteAddress: string;
  /** When its last line came, on the same clock as `now`. */
  readonly lastLineAt: number;
  drop(ending: Ending): void;
}

/** Evidence that a connection mines: a worker has logged in, or a share was accepted. */
export type Proof = 'login' | 'share';

/**
 * A connection that is silent for this time may be dead. Rigs send a share about every ten seconds, and nothing else.
 */
const PATIENCE_MS = 30_000;
/** The same for a connection that has not logged in, which has no reason to be silent. */
const STRANGER_PATIENCE_MS = 5_000;

interface Member {
  proof: Proof | undefined;
  /** True if it does not count for the rate of its address any more. */
  forgiven: boolean;
}

interface Group {
  readonly members: Map<Guest, Member>;
  /** Guests that were silent at the last look. The one that must go first is at the end. */
  silent: Guest[];
  /** Before this time, no other guest can have been silent for long enough. */
  lookAt: number;
}

/**
 * The open connections of each subject (an IPv4 address, an IPv6 /64), and which of them are likely dead. The number of
 * connections, which the census limits, bounds it.
 */
export class Guests {
  readonly #groups = new Map<string, Group>();

  enter(subject: string, guest: Guest, now: number): void {
    let group = this.#groups.get(subject);
    if (group === undefined) {
      group = { members: new Map(), silent: [], lookAt: Number.POSITIVE_INFINITY };
      this.#groups.set(subject, group);
    }
    group.members.set(guest, { proof: undefined, forgiven: false });
    group.lookAt = Math.min(group.lookAt, now + STRANGER_PATIENCE_MS);
  }

  of(subject: string, guest: Guest): Member | undefined {
    return this.#groups.get(subject)?.members.get(guest);
  }

  /** @returns false if the guest was not there */
  exit(subject: string, guest: Guest): boolean {
    const group = this.#groups.get(subject);
    if (group?.members.delete(guest) !== true) return false;
    if (group.members.size === 0) this.#groups.delete(subject);
    return true;
  }

  /**
   * The guest whose place a new connection may have: first one that has not logged in, then the longest silent one. One
   * look over all guests of a subject finds all that are due, so a farm that comes back costs only a few looks.
   */
  longestSilent(subject: string, now: number): Guest | undefined {
    const group = this.#groups.get(subject);
    if (group === undefined) return undefined;
    if (group.silent.length === 0 && now >= group.lookAt) look(group, now);
    for (let guest = group.silent.at(-1); guest !== undefined; guest = group.silent.at(-1)) {
      const member = group.members.get(guest);
      if (member !== undefined && dueAt(guest, member) <= now) return guest;
      // It has left, or it has sent a line since; then it can be due again later.
      if (member !== undefined) group.lookAt = Math.min(group.lookAt, dueAt(guest, member));
      group.silent.pop();
    }
    return undefined;
  }
}

function look(group: Group, now: number): void {
  group.lookAt = Number.POSITIVE_INFINITY;
  for (const [guest, member] of group.members) {
    const at = dueAt(guest, member);
    if (at <= now) group.silent.push(guest);
    else group.lookAt = Math.min(group.lookAt, at);
  }
  const proven = (guest: Guest) => Number(group.members.get(guest)?.proof !== undefined);
  group.silent.sort((a, b) => proven(b) - proven(a) || b.lastLineAt - a.lastLineAt);
}

function dueAt(guest: Guest, { proof }: Member): number {
  return guest.lastLineAt + (proof === undefined ? STRANGER_PATIENCE_MS : PATIENCE_MS);
}

import type { Ending } from './ending.ts';

/** An open connection, as far as it matters who may stay. */
export interface Guest {
  readonly remoteAddress: string;
  /** When its last line came, of the clock that `now` is of. */
  readonly lastLineAt: number;
  drop(ending: Ending): void;
}

/** What shows that somebody mines: a worker has logged in, a share was accepted. */
export type Proof = 'login' | 'share';

/** Silent for so long, a connection may be dead. Rigs find a share in some ten seconds, and send nothing else. */
const PATIENCE_MS = 30_000;
/** Who has not logged in has nothing to think about. */
const STRANGER_PATIENCE_MS = 5_000;

interface Member {
  proof: Proof | undefined;
  /** It does not count for the rate of its address any more. */
  forgiven: boolean;
}

interface Group {
  readonly members: Map<Guest, Member>;
  /** Found silent when they were looked at; who has to go first is at the end. */
  silent: Guest[];
  /** Nobody else can have been silent for long before. */
  lookAt: number;
}

/** Who is there, by subject (an IPv4 address, an IPv6 /64), and who of them is likely dead. Bounded like the connections. */
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

  /** @returns false where it was not there */
  exit(subject: string, guest: Guest): boolean {
    const group = this.#groups.get(subject);
    if (group?.members.delete(guest) !== true) return false;
    if (group.members.size === 0) this.#groups.delete(subject);
    return true;
  }

  /**
   * Whose place a newcomer may have: strangers first, then the longest silent. Each look at all of a subject finds all
   * that are due, so a farm that comes back costs a few of them.
   */
  longestSilent(subject: string, now: number): Guest | undefined {
    const group = this.#groups.get(subject);
    if (group === undefined) return undefined;
    if (group.silent.length === 0 && now >= group.lookAt) look(group, now);
    for (let guest = group.silent.at(-1); guest !== undefined; guest = group.silent.at(-1)) {
      const member = group.members.get(guest);
      if (member !== undefined && dueAt(guest, member) <= now) return guest;
      // It left, or it has spoken: then it can be due again.
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

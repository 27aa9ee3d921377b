import { isIP } from 'node:net';
import { AddressSet, banSubjectOf, normalAddress } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { type Ban, BanStore } from './ban-store.ts';

export type { Ban } from './ban-store.ts';

export interface BanListOptions {
  readonly dataFolder: string;
  /** Addresses and networks (CIDR) that are never banned, whatever the list says: proxies, own farms. */
  readonly allow: readonly string[];
  /** How long the first, second, ... ban by conduct lasts, in milliseconds; the last one repeats. */
  readonly ladderMs?: readonly number[];
  /** Most subjects that are known, banned now or before. */
  readonly maxSubjects?: number;
}

export interface BanListModules {
  /** Wall clock in milliseconds: bans outlive the process. */
  now(): number;
  /** The file cannot be used: bans are in memory only until it can. Told once for each new trouble. */
  onProblem?(detail: string): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * 10 minutes, 1 hour, 6 hours, a day: the first is short, for it may meet the wrong one; who is back
 * within a week of each is no accident.
 */
export const BAN_LADDER_MS: readonly number[] = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** Nothing is for ever: an address gets a new owner, and a clock may have been wrong. */
export const MAX_BAN_MS = 366 * DAY_MS;

/** While the file stays unusable it is tried at each 32nd `refresh` only: it is opened anew each time. */
const MAX_PAUSE = 32;

/** 16,384 attacked from as many networks is beyond what bans can help; as much is read in some 20 ms. */
const MAX_SUBJECTS = 16_384;

/** Another process writes for some microseconds. Who holds the file this often in a row has it for longer. */
const BUSY_THAT_TELLS = 3;

const MAX_REASON_CHARACTERS = 200;

/**
 * Who may not connect, in memory, with a copy on disk that other processes on the folder share and the
 * next process begins with.
 *
 * Looking somebody up never touches the disk, and nothing waits for it or for a lock. Trouble with the file is told and never thrown: the list
 * goes on in memory, and what could not be written is written as soon as `refresh` finds the file usable.
 */
export class BanList {
  readonly #dataFolder: string;
  readonly #ladderMs: readonly number[];
  readonly #maxSubjects: number;
  readonly #modules: BanListModules;
  #allow: AddressSet;
  /** Those that ran out stay for a week, for the length of the next. At most `maxSubjects`. */
  #bans = new Map<string, Ban>();
  /** What the file does not know yet, undefined is a deletion: some of `#bans`, and lifts, made by people. */
  readonly #unsaved = new Map<string, Ban | undefined>();
  #store: BanStore | undefined;
  #problem: string | undefined;
  /** Tries that failed since the file was last usable, and `refresh` calls until the next one. */
  #failures = 0;
  #pause = 0;
  #closed = false;
  #lastNowMs = Number.NEGATIVE_INFINITY;
  #pruneAtMs = Number.NEGATIVE_INFINITY;

  /** @throws AditError `ADIT_BAD_ADDRESS` naming an entry of `allow`; never because of the file */
  constructor(options: BanListOptions, modules: BanListModules) {
    this.#dataFolder = options.dataFolder;
    this.#ladderMs = options.ladderMs ?? BAN_LADDER_MS;
    this.#maxSubjects = options.maxSubjects ?? MAX_SUBJECTS;
    if (this.#ladderMs.length === 0) {
      throw new AditError('ADIT_BAD_BAN', 'the ladder of bans has no step: one length at least is needed');
    }
    this.#ladderMs.forEach(checkLength);
    this.#modules = modules;
    this.#allow = new AddressSet(options.allow);
    this.refresh();
  }

  /** The ban that keeps this address out now. A look into a map: made for each accepted socket. */
  banned(address: string): Ban | undefined {
    if (this.#bans.size === 0) return undefined;
    const subject = banSubjectOf(address);
    if (!this.#bans.has(subject)) return undefined;
    const now = this.#now();
    const ban = this.#bans.get(subject);
    return ban !== undefined && now < ban.untilMs && !this.#allow.has(address) ? ban : undefined;
  }

  /** Whether the address is on the allow-list. */
  allowed(address: string): boolean {
    return this.#allow.has(address);
  }

  /** Replaces the allow-list; it counts at once, for existing bans too. @throws AditError `ADIT_BAD_ADDRESS` */
  allow(entries: readonly string[]): void {
    this.#allow = new AddressSet(entries);
  }

  /**
   * Bans by hand, from now, whatever was before.
   * @param address of IPv6 the whole /64 is meant; `2001:db8::/64` as `list` shows it is fine too
   * @param ms at most `MAX_BAN_MS`
   * @throws AditError `ADIT_BAD_ADDRESS`, `ADIT_BAD_BAN` (the length), `ADIT_ALLOW_LISTED`
   */
  add(address: string, ms: number, reason: string): Ban {
    checkLength(ms);
    return this.#add(address, reason, (ban, now) => {
      const repeated = ban !== undefined && now - ban.untilMs < WEEK_MS;
      // In force already: it is the same ban with another end.
      const times = repeated ? ban.times + (now < ban.untilMs ? 0 : 1) : 1;
      return { sinceMs: now, untilMs: now + Math.ceil(ms), times };
    });
  }

  /**
   * Bans by conduct: the longer the oftener it happened within a week. One that is in force already stays
   * as it is: several connections of an address fall together.
   * @throws AditError `ADIT_BAD_ADDRESS`, `ADIT_ALLOW_LISTED`
   */
  escalate(address: string, reason: string): Ban {
    return this.#add(address, reason, (ban, now) => {
      if (ban !== undefined && now < ban.untilMs) return ban;
      const times = ban !== undefined && now - ban.untilMs < WEEK_MS ? ban.times + 1 : 1;
      const length = this.#ladderMs[Math.min(times, this.#ladderMs.length) - 1] ?? 0;
      return { sinceMs: now, untilMs: now + Math.ceil(length), times };
    });
  }

  /**
   * Ends a ban and forgets that there ever was one.
   * @param address or the subject as `list` shows it @returns whether a ban was in force
   * @throws AditError `ADIT_BAD_ADDRESS`
   */
  lift(address: string): boolean {
    const subject = subjectOf(address).subject;
    const now = this.#now();
    let before = this.#bans.get(subject);
    this.#change(subject, (ban) => {
      before = ban ?? before;
      return undefined;
    });
    return before !== undefined && now < before.untilMs;
  }

  /** Bans in force, the one that ends first in front. Those that the allow-list overrules are not shown. */
  list(): Ban[] {
    const now = this.#now();
    return [...this.#bans.values()]
      .filter((ban) => now < ban.untilMs && !this.#allow.has(ban.subject.replace(/\/64$/, '')))
      .sort((a, b) => a.untilMs - b.untilMs);
  }

  /**
   * Takes over what other processes wrote, and tries a file again that could not be used. To be called
   * every second or few: costs microseconds while nothing changed.
   */
  refresh(): void {
    if (this.#closed) return;
    const now = this.#now();
    if (now >= this.#pruneAtMs) this.#prune(now);
    if (this.#store === undefined && this.#pause > 0) {
      this.#pause -= 1;
      return;
    }
    const changed = this.#guarded((store) => {
      if (this.#unsaved.size > 0) store.putAll(this.#unsaved);
      this.#unsaved.clear();
      return store.changed ? store.load(this.#maxSubjects) : undefined;
    }, true);
    if (changed === undefined) return;
    this.#bans = new Map(changed.map((ban) => [ban.subject, bounded(ban)]));
    // Also what was read may come from a clock that ran ahead.
    this.#takeBack(this.#now());
  }

  /** Writes what is not written yet and closes the file. The list goes on in memory. */
  close(): void {
    if (this.#closed) return;
    if (this.#unsaved.size > 0) this.#guarded((store) => store.putAll(this.#unsaved), true);
    this.#closed = true;
    this.#store?.close();
    this.#store = undefined;
  }

  #add(
    address: string,
    reason: string,
    next: (ban: Ban | undefined, now: number) => Ban | Omit<Ban, 'subject' | 'reason'>,
  ): Ban {
    const { subject, normal } = subjectOf(address);
    if (this.#allow.has(normal)) {
      throw new AditError('ADIT_ALLOW_LISTED', `${address} is on the allow-list: take it off first`);
    }
    const now = this.#now();
    const short = reason.slice(0, MAX_REASON_CHARACTERS);
    const made = this.#change(subject, (before): Ban => {
      const after = next(before, now);
      return 'subject' in after ? after : { subject, reason: short, ...after };
    });
    if (this.#bans.size > this.#maxSubjects) this.#drop();
    return made;
  }

  /** Decides on what the file says, or on memory where it cannot be asked. */
  #change<T extends Ban | undefined>(subject: string, decide: (ban: Ban | undefined) => T): T {
    // What is unsaved is newer than the file.
    const newest = (row: Ban | undefined) =>
      this.#unsaved.has(subject) ? this.#unsaved.get(subject) : row && bounded(row);
    const saved = this.#guarded((store) => ({ after: store.change(subject, (row) => decide(newest(row))) }));
    const { after } = saved ?? { after: decide(this.#bans.get(subject)) };
    if (saved === undefined) this.#unsaved.set(subject, after);
    else this.#unsaved.delete(subject);
    if (after === undefined) this.#bans.delete(subject);
    else this.#bans.set(subject, after);
    return after;
  }

  /** Runs something on the file. Where it fails, the file is given up until the next `refresh`. */
  #guarded<T>(run: (store: BanStore) => T, open = false, again = true): T | undefined {
    if (this.#closed || (this.#store === undefined && !open)) return undefined;
    try {
      if (this.#store === undefined) {
        this.#store = new BanStore(this.#dataFolder);
        // A broken file was moved away: the new one gets all.
        if (this.#store.fresh) this.#store.putAll(this.#bans);
      }
      const result = run(this.#store);
      this.#problem = undefined;
      this.#failures = 0;
      return result;
    } catch (error) {
      const detail = messageOf(error);
      if (this.#store !== undefined && BanStore.isBusy(error)) {
        // Nothing is wrong with it: at the next `refresh` it may be free.
        this.#failures += 1;
        if (this.#failures >= BUSY_THAT_TELLS) this.#tell(`bans are kept in memory only: ${detail}`);
        return undefined;
      }
      this.#giveUp();
      if (again && BanStore.setBrokenFileAside(this.#dataFolder, error)) {
        this.#tell(`bans.db was broken (${detail}) and is now bans.db.broken; a new one has been begun`);
        return this.#guarded(run, true, false);
      }
      this.#pause = Math.min(2 ** this.#failures, MAX_PAUSE) - 1;
      this.#failures += 1;
      this.#tell(`bans are kept in memory only: ${detail}`);
      return undefined;
    }
  }

  #tell(problem: string): void {
    if (problem !== this.#problem) this.#modules.onProblem?.(problem);
    this.#problem = problem;
  }

  #giveUp(): void {
    try {
      this.#store?.close();
    } catch {
      // It was broken already.
    }
    this.#store = undefined;
  }

  /** The wall clock. Where it was set back, bans begin anew rather than last until it gets there again. */
  #now(): number {
    const now = Math.round(this.#modules.now());
    if (now < this.#lastNowMs) {
      this.#pruneAtMs = now;
      this.#takeBack(now);
    }
    this.#lastNowMs = now;
    return now;
  }

  /** No ban begins in the future: so none lasts longer from now than it was made for. */
  #takeBack(now: number): void {
    for (const [subject, ban] of this.#bans) {
      if (ban.sinceMs <= now) continue;
      const moved = { ...ban, sinceMs: now, untilMs: now + ban.untilMs - ban.sinceMs };
      this.#bans.set(subject, moved);
      this.#unsaved.set(subject, moved);
    }
  }

  /** Forgets what ended more than a week ago. */
  #prune(now: number): void {
    this.#pruneAtMs = now + HOUR_MS;
    this.#forget([...this.#bans.values()].filter((ban) => now - ban.untilMs >= WEEK_MS));
    this.#guarded((store) => store.prune(now - WEEK_MS, this.#maxSubjects));
  }

  /** Too many: those that end first go, an eighth at once, so that it is seldom sorted. */
  #drop(): void {
    const keep = Math.ceil((this.#maxSubjects * 7) / 8);
    const sorted = [...this.#bans.values()].sort((a, b) => a.untilMs - b.untilMs);
    this.#forget(sorted.slice(0, sorted.length - keep));
    this.#guarded((store) => store.prune(Number.NEGATIVE_INFINITY, keep));
  }

  #forget(bans: readonly Ban[]): void {
    for (const { subject } of bans) {
      this.#bans.delete(subject);
      this.#unsaved.delete(subject);
    }
  }
}

function checkLength(ms: number): void {
  if (ms > 0 && ms <= MAX_BAN_MS) return;
  throw new AditError(
    'ADIT_BAD_BAN',
    `a ban of ${ms} ms: expected more than 0 and at most ${MAX_BAN_MS} (366 days)`,
  );
}

function subjectOf(address: string): { subject: string; normal: string } {
  const normal = normalAddress(address.replace(/\/64$/, ''));
  if (isIP(normal) === 0 || (isIP(normal) === 4 && address.endsWith('/64'))) {
    throw new AditError('ADIT_BAD_ADDRESS', `${address}: expected an IPv4 or IPv6 address, or an IPv6 /64`);
  }
  return { subject: banSubjectOf(normal), normal };
}

/** A row may have been written by anything. */
function bounded(ban: Ban): Ban {
  const untilMs = Math.min(ban.untilMs, ban.sinceMs + MAX_BAN_MS);
  return { ...ban, untilMs, times: Math.max(1, ban.times) };
}

import { isIP } from 'node:net';
import { AddressSet, banSubjectOf, normalAddress } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { type Ban, BanStore } from './ban-store.ts';

export type { Ban } from './ban-store.ts';

/** Where bans are kept, and whom they may concern. */
export interface BanListOptions {
  readonly dataFolder: string;
  /** Addresses and networks (CIDR) that are never banned, even where the list has them: proxies, own farms. */
  readonly allow: readonly string[];
  /** How long the first, second, ... ban by conduct lasts, in milliseconds; the last one repeats. */
  readonly ladderMs?: readonly number[];
  /** Most subjects that are remembered, former bans included. */
  readonly maxSubjects?: number;
}

/** The collaborators of a list of bans. */
export interface BanListModules {
  /** Wall clock in milliseconds: bans outlive the process. */
  now(): number;
  /** The file cannot be used, so bans are in memory only until it can. Called once for each new trouble. */
  onProblem?(detail: string): void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/**
 * 10 minutes, 1 hour, 6 hours, a day. The first ban is short, because it may hit the wrong miner. An address that is
 * banned again within a week after each ban is not there by accident.
 */
export const BAN_LADDER_MS: readonly number[] = [10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS];

/** No ban lasts for ever: an address may get a new owner, and a clock may have been wrong. */
export const MAX_BAN_MS = 366 * DAY_MS;

/** While the file stays unusable, only each 32nd `refresh` tries it, since each try opens it again. */
const MAX_PAUSE = 32;

/** Against an attack from more than 16,384 networks bans do not help. To read this many takes about 20 ms. */
const MAX_SUBJECTS = 16_384;

/** Another process writes for some microseconds. A file that is busy this often in a row is held for longer. */
const BUSY_THAT_TELLS = 3;

const MAX_REASON_CHARACTERS = 200;

/**
 * The bans, in memory, with a copy on disk that other processes on the folder share and the next process begins with.
 *
 * A look-up never touches the disk, and no method waits for a sync or for a lock. Trouble with the file is reported and
 * never thrown: the list goes on in memory, and unsaved changes are written when `refresh` finds the file usable.
 */
export class BanList {
  readonly #dataFolder: string;
  readonly #ladderMs: readonly number[];
  readonly #maxSubjects: number;
  readonly #modules: BanListModules;
  #allow: AddressSet;
  /** A ban stays for a week after its end, as the length of the next one depends on it. At most `maxSubjects`. */
  #bans = new Map<string, Ban>();
  /** Changes that the file does not have yet; undefined is a deletion. At most `#bans`, and lifts by people. */
  readonly #unsaved = new Map<string, Ban | undefined>();
  #store: BanStore | undefined;
  #problem: string | undefined;
  /** Tries that failed since the file was last usable, and calls of `refresh` until the next try. */
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
      throw new AditError('ADIT_BAD_BAN', 'the ladder of bans is empty: it needs at least one length');
    }
    this.#ladderMs.forEach(checkLength);
    this.#modules = modules;
    this.#allow = new AddressSet(options.allow);
    this.refresh();
  }

  /** The ban that keeps this address out now. It must be cheap: each accepted socket asks for it. */
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

  /** Replaces the allow-list, at once and for existing bans too. @throws AditError `ADIT_BAD_ADDRESS` */
  allow(entries: readonly string[]): void {
    this.#allow = new AddressSet(entries);
  }

  /**
   * Bans an address by hand, from now on. It replaces an earlier ban.
   * @param address of IPv6 the whole /64 is banned; the form of `list` (`2001:db8::/64`) is allowed
   * @param ms at most `MAX_BAN_MS`
   * @throws AditError `ADIT_BAD_ADDRESS`, `ADIT_BAD_BAN` (the length), `ADIT_ALLOW_LISTED`
   */
  add(address: string, ms: number, reason: string): Ban {
    checkLength(ms);
    return this.#add(address, reason, (ban, now) => {
      const repeated = ban !== undefined && now - ban.untilMs < WEEK_MS;
      // A ban in force only gets another end: it does not count a second time.
      const times = repeated ? ban.times + (now < ban.untilMs ? 0 : 1) : 1;
      return { sinceMs: now, untilMs: now + Math.ceil(ms), times };
    });
  }

  /**
   * Bans an address for its conduct, longer for each ban within a week. A ban in force stays as it is, since several
   * connections of an address may cause it at the same time.
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
   * Ends a ban and forgets all bans of the subject.
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

  /** Bans in force, the one that ends first in front, without those that the allow-list overrules. */
  list(): Ban[] {
    const now = this.#now();
    return [...this.#bans.values()]
      .filter((ban) => now < ban.untilMs && !this.#allow.has(ban.subject.replace(/\/64$/, '')))
      .sort((a, b) => a.untilMs - b.untilMs);
  }

  /**
   * Takes over changes of other processes, and tries an unusable file again. To be called every few seconds; it costs
   * microseconds while nothing has changed.
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
    // The bans of another process may come from a clock that ran ahead.
    this.#takeBack(this.#now());
  }

  /** Writes unsaved changes and closes the file. The list goes on in memory. */
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

  /** Changes a ban, from its state in the file, or from memory where the file cannot be used. */
  #change<T extends Ban | undefined>(subject: string, decide: (ban: Ban | undefined) => T): T {
    // An unsaved change is newer than the file.
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

  /** Runs something on the file. Unless the file is only busy, a failure closes it until a later `refresh`. */
  #guarded<T>(run: (store: BanStore) => T, open = false, again = true): T | undefined {
    if (this.#closed || (this.#store === undefined && !open)) return undefined;
    try {
      if (this.#store === undefined) {
        this.#store = new BanStore(this.#dataFolder);
        // The file is new, perhaps because a broken one was moved away: it gets all bans.
        if (this.#store.fresh) this.#store.putAll(this.#bans);
      }
      const result = run(this.#store);
      this.#problem = undefined;
      this.#failures = 0;
      return result;
    } catch (error) {
      const detail = messageOf(error);
      if (this.#store !== undefined && BanStore.isBusy(error)) {
        // Nothing is wrong with the file: at the next `refresh` it may be free.
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

  /** The wall clock. If it was set back, bans from the future begin now, so that none lasts longer than it should. */
  #now(): number {
    const now = Math.round(this.#modules.now());
    if (now < this.#lastNowMs) {
      this.#pruneAtMs = now;
      this.#takeBack(now);
    }
    this.#lastNowMs = now;
    return now;
  }

  /** Moves bans that begin in the future to now, so that none lasts longer from now than it was made for. */
  #takeBack(now: number): void {
    for (const [subject, ban] of this.#bans) {
      if (ban.sinceMs <= now) continue;
      const moved = { ...ban, sinceMs: now, untilMs: now + ban.untilMs - ban.sinceMs };
      this.#bans.set(subject, moved);
      this.#unsaved.set(subject, moved);
    }
  }

  /** Forgets bans that ended a week ago or earlier. */
  #prune(now: number): void {
    this.#pruneAtMs = now + HOUR_MS;
    this.#forget([...this.#bans.values()].filter((ban) => now - ban.untilMs >= WEEK_MS));
    this.#guarded((store) => store.prune(now - WEEK_MS, this.#maxSubjects));
  }

  /** Drops the eighth of the bans that ends first. It drops many at once, so that they are seldom sorted. */
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

/** Bounds the values of a row, since any program may have written it. */
function bounded(ban: Ban): Ban {
  const untilMs = Math.min(ban.untilMs, ban.sinceMs + MAX_BAN_MS);
  return { ...ban, untilMs, times: Math.max(1, ban.times) };
}

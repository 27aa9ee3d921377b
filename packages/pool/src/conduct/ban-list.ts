import { AddressSet, banSubjectOf } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import type { Ban } from './ban.ts';
import { BanChanges } from './ban-changes.ts';
import type { BanAnswer, BanFile } from './ban-exchange.ts';
import { BAN_LADDER_MS, bounded, checkLength, HOUR_MS, subjectOf, WEEK_MS } from './ban-rules.ts';
import { BanThread } from './ban-thread.ts';

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
  /** For tests. Default: `bans.db` in a thread of its own. */
  readonly file?: BanFile;
}

/** While the file stays unusable, only each 32nd `refresh` tries it, since each try opens it again. */
const MAX_PAUSE = 32;

/** Calls of `refresh` without an answer of the file, after which its disk counts as hanging: five seconds. */
const SILENT_THAT_TELLS = 5;
/** Longest wait for the file at the start and at the end. A disk that hangs must hold up neither. */
const WAIT_MS = 5_000;

/** Against an attack from more than 16,384 networks bans do not help. To read this many takes about 20 ms. */
const MAX_SUBJECTS = 16_384;

/** Another process writes for some microseconds. A file that is busy this often in a row is held for longer. */
const BUSY_THAT_TELLS = 3;

const MAX_REASON_CHARACTERS = 200;
const MEMORY_ONLY = 'bans are kept in memory only';

/**
 * The bans, in memory, with a copy on disk that other processes on the folder share and the next process begins with.
 *
 * A thread of its own reads and writes the file, and no method waits for it: a ban or a lift counts at once in this
 * process, and in others within two seconds. One exchange with the thread is under way at a time, and changes gather
 * behind it. Trouble with the file is reported and never thrown: the list goes on in memory.
 */
export class BanList {
  readonly #ladderMs: readonly number[];
  readonly #maxSubjects: number;
  readonly #modules: BanListModules;
  readonly #file: BanFile;
  #allow: AddressSet;
  /** A ban stays for a week after its end, as the length of the next one depends on it. At most `maxSubjects`. */
  #bans = new Map<string, Ban>();
  readonly #changes: BanChanges;
  #problem: string | undefined;
  /** Exchanges that failed since the file was last usable, and calls of `refresh` until the next one. */
  #failures = 0;
  #pause = 0;
  /** The exchange that is under way, and the calls of `refresh` since it began. */
  #exchanging: Promise<void> | undefined;
  #silentFor = 0;
  #closed: Promise<void> | undefined;
  #lastNowMs = Number.NEGATIVE_INFINITY;
  #pruneAtMs = Number.NEGATIVE_INFINITY;

  /** @throws AditError `ADIT_BAD_ADDRESS` naming an entry of `allow`; never because of the file */
  constructor(options: BanListOptions, modules: BanListModules) {
    this.#ladderMs = options.ladderMs ?? BAN_LADDER_MS;
    this.#maxSubjects = options.maxSubjects ?? MAX_SUBJECTS;
    if (this.#ladderMs.length === 0) {
      throw new AditError('ADIT_BAD_BAN', 'the ladder of bans is empty: it needs at least one length');
    }
    this.#ladderMs.forEach(checkLength);
    this.#modules = modules;
    this.#changes = new BanChanges(this.#maxSubjects);
    this.#allow = new AddressSet(options.allow);
    this.#file = modules.file ?? new BanThread(options.dataFolder);
    this.refresh();
  }

  /** Resolves when the bans of the file are known, or after five seconds: miners may wait no longer for them. */
  opened(): Promise<void> {
    return this.#within(this.settled());
  }

  /** Resolves when the file has answered to everything before. It may never do that. */
  async settled(): Promise<void> {
    while (this.#exchanging !== undefined) await this.#exchanging;
  }

  /** Why bans are in memory only; undefined while the file is usable. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Changes that the file does not have yet. */
  get unsaved(): number {
    return this.#changes.size;
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
    return this.#add(
      address,
      reason,
      (ban, now) => {
        if (ban !== undefined && now < ban.untilMs) return ban;
        const times = ban !== undefined && now - ban.untilMs < WEEK_MS ? ban.times + 1 : 1;
        const length = this.#ladderMs[Math.min(times, this.#ladderMs.length) - 1] ?? 0;
        return { sinceMs: now, untilMs: now + Math.ceil(length), times };
      },
      true,
    );
  }

  /**
   * Ends a ban and forgets all bans of the subject.
   * @param address or the subject as `list` shows it @returns whether a ban was in force
   * @throws AditError `ADIT_BAD_ADDRESS`
   */
  lift(address: string): boolean {
    const subject = subjectOf(address).subject;
    const now = this.#now();
    const before = this.#bans.get(subject);
    this.#change(subject, undefined);
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
   * Takes over changes of other processes, and tries an unusable file again. To be called every second. The main thread
   * spends microseconds on it while nothing has changed.
   */
  refresh(): void {
    if (this.#closed !== undefined) return;
    const now = this.#now();
    if (now >= this.#pruneAtMs) this.#prune(now);
    if (this.#exchanging !== undefined) {
      this.#silentFor += 1;
      if (this.#silentFor === SILENT_THAT_TELLS) this.#tell(`${MEMORY_ONLY}: the disk does not answer`);
    } else if (this.#pause > 0) this.#pause -= 1;
    else this.#exchange();
  }

  /** Writes unsaved changes and closes the file, unless the disk hangs. The list goes on in memory. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const last = async () => {
      await this.settled();
      this.#exchange(true);
      await this.#exchanging;
    };
    await this.#within(last());
    this.#file.close();
  }

  async #within(work: Promise<void>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, WAIT_MS);
    await Promise.race([work, over.promise]);
    clearTimeout(timer);
  }

  #add(
    address: string,
    reason: string,
    next: (ban: Ban | undefined, now: number) => Ban | Omit<Ban, 'subject' | 'reason'>,
    keepsLonger = false,
  ): Ban {
    const { subject, normal } = subjectOf(address);
    if (this.#allow.has(normal)) {
      throw new AditError('ADIT_ALLOW_LISTED', `${address} is on the allow-list: take it off first`);
    }
    const before = this.#bans.get(subject);
    const after = next(before, this.#now());
    const short = reason.slice(0, MAX_REASON_CHARACTERS);
    const made = 'subject' in after ? after : { subject, reason: short, ...after };
    if (made !== before) this.#change(subject, made, keepsLonger);
    if (this.#bans.size > this.#maxSubjects) this.#drop();
    return made;
  }

  #change(subject: string, ban: Ban | undefined, keepsLonger = false): void {
    if (ban === undefined) this.#bans.delete(subject);
    else this.#bans.set(subject, ban);
    this.#changes.add({ subject, ban, keepsLonger });
    // A file that is in trouble is tried by `refresh` alone.
    if (this.#failures === 0) this.#exchange();
  }

  /** Brings changes to the file, and brings those of other processes from it, unless an exchange is under way. */
  #exchange(isLast = false): void {
    if (this.#exchanging !== undefined || (this.#closed !== undefined && !isLast)) return;
    this.#silentFor = 0;
    const exchange = { ...this.#changes.take(), limit: this.#maxSubjects, isLast };
    this.#exchanging = this.#file
      .exchange(exchange)
      .then(
        (answer) => this.#onAnswer(answer),
        (error: unknown) => this.#onTrouble({ isBusy: false, detail: messageOf(error) }),
      )
      .then(() => {
        this.#exchanging = undefined;
        if (this.#failures === 0 && this.#changes.size > 0) this.#exchange();
      });
  }

  #onAnswer({ saved, fresh, bans, setAside, trouble }: BanAnswer): void {
    if (setAside !== undefined) this.#tell(setAside);
    if (trouble !== undefined) return this.#onTrouble(trouble);
    if (saved) this.#changes.saved();
    if (setAside === undefined) this.#problem = undefined;
    this.#failures = 0;
    if (bans !== undefined) {
      // A file that was begun anew has none of the bans from before.
      const known = fresh ? [...this.#bans.values()] : [];
      this.#bans = this.#changes.over([...known, ...bans.map(bounded)]);
      // The bans of another process may come from a clock that ran ahead.
      this.#takeBack(this.#now());
    }
    if (fresh) this.#changes.addAll(this.#bans.values());
  }

  #onTrouble({ isBusy, detail }: { readonly isBusy: boolean; readonly detail: string }): void {
    this.#changes.failed();
    if (!isBusy) this.#pause = Math.min(2 ** this.#failures, MAX_PAUSE) - 1;
    this.#failures += 1;
    if (!isBusy || this.#failures >= BUSY_THAT_TELLS) this.#tell(`${MEMORY_ONLY}: ${detail}`);
  }

  #tell(problem: string): void {
    if (problem !== this.#problem) this.#modules.onProblem?.(problem);
    this.#problem = problem;
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
      this.#changes.add({ subject, ban: moved, keepsLonger: false });
    }
  }

  /** Forgets bans that ended a week ago or earlier. */
  #prune(now: number): void {
    this.#pruneAtMs = now + HOUR_MS;
    for (const [subject, ban] of this.#bans) {
      if (now - ban.untilMs < WEEK_MS) continue;
      this.#bans.delete(subject);
      this.#changes.forget(subject);
    }
    this.#changes.prune(now - WEEK_MS);
  }

  /** Drops the eighth of the bans that ends first. It drops many at once, so that they are seldom sorted. */
  #drop(): void {
    const keep = Math.ceil((this.#maxSubjects * 7) / 8);
    const sorted = [...this.#bans.values()].sort((a, b) => a.untilMs - b.untilMs);
    for (const { subject } of sorted.slice(0, sorted.length - keep)) {
      this.#bans.delete(subject);
      this.#changes.add({ subject, ban: undefined, keepsLonger: false });
    }
  }
}

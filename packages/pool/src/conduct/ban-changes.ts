import type { Ban } from './ban.ts';
import type { BanChange, BanExchange } from './ban-exchange.ts';

/** Changes of bans on their way to the file: those that an exchange has taken along, and those that came later. */
export class BanChanges {
  readonly #maxSubjects: number;
  /**
   * The newest change of each subject. Bans among them are at most `maxSubjects`, since only bans in memory are here.
   * Deletions get as many places.
   */
  #waiting = new Map<string, BanChange>();
  #taken = new Map<string, BanChange>();
  #prune: BanExchange['prune'];
  #takenPrune: BanExchange['prune'];

  constructor(maxSubjects: number) {
    this.#maxSubjects = maxSubjects;
  }

  get size(): number {
    return this.#waiting.size + this.#taken.size;
  }

  add(change: BanChange): void {
    this.#waiting.set(change.subject, change);
    if (this.#waiting.size <= 2 * this.#maxSubjects) return;
    // Without the deletions the file keeps too many rows, which the pruning then deletes.
    for (const [subject, { ban }] of this.#waiting) if (ban === undefined) this.#waiting.delete(subject);
    this.prune(Number.NEGATIVE_INFINITY);
  }

  /** The file has none of these bans. A change that waits already is newer. */
  addAll(bans: Iterable<Ban>): void {
    for (const ban of bans) {
      const { subject } = ban;
      if (!this.#waiting.has(subject)) this.add({ subject, ban, keepsLonger: true });
    }
  }

  /** A subject whose row needs no change any more. */
  forget(subject: string): void {
    this.#waiting.delete(subject);
  }

  /** The file is to delete rows that ended at `endedMs` or before, and those beyond `maxSubjects`. */
  prune(endedMs: number): void {
    const before = this.#prune?.endedMs ?? Number.NEGATIVE_INFINITY;
    this.#prune = { endedMs: Math.max(endedMs, before), keep: this.#maxSubjects };
  }

  /** Takes all changes along. Their fate is told by `saved` or `failed`. */
  take(): Pick<BanExchange, 'changes' | 'prune'> {
    this.#taken = this.#waiting;
    this.#waiting = new Map();
    this.#takenPrune = this.#prune;
    this.#prune = undefined;
    return { changes: [...this.#taken.values()], prune: this.#takenPrune };
  }

  saved(): void {
    this.#taken = new Map();
    this.#takenPrune = undefined;
  }

  /** The changes that were taken wait again, behind which newer ones of the same subject stay. */
  failed(): void {
    const newer = this.#waiting;
    this.#waiting = this.#taken;
    this.#taken = new Map();
    for (const change of newer.values()) this.add(change);
    if (this.#takenPrune !== undefined) this.prune(this.#takenPrune.endedMs);
    this.#takenPrune = undefined;
  }

  /** The bans of the file with the changes that it does not have yet. */
  over(bans: readonly Ban[]): Map<string, Ban> {
    const all = new Map(bans.map((ban) => [ban.subject, ban]));
    for (const { subject, ban } of this.#waiting.values()) {
      if (ban === undefined) all.delete(subject);
      else all.set(subject, ban);
    }
    return all;
  }
}

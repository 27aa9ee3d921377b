import path from 'node:path';
import type { JournalEnd } from './journal-schema.ts';

/** A journal of this process that has ended. */
export interface EndedJournal extends JournalEnd {
  /** True if the thread reported that it was open. */
  readonly wasOpen: boolean;
  /** True if a commit succeeded, so that some miner was told that its share is kept in it. */
  readonly wasUsed: boolean;
  /** True if its file was moved, replaced or deleted. */
  readonly isGone: boolean;
  /** True once a journal is open whose file says where this one ends. */
  readonly isSaid?: boolean;
}

/**
 * Ended journals that are remembered. Each of them had shares and a failure of its own, and later journals have already
 * written where it ends.
 */
const MAX_ENDS = 1_000;

/** The journals that this process had to give up. Its next journal needs this list. */
export class JournalEnds {
  #ended: readonly EndedJournal[] = [];
  /** Journals of other processes, by instance, whose ends a file of this process has taken over from records. */
  #taken: ReadonlyMap<string, JournalEnd> = new Map();

  add(ended: EndedJournal): void {
    // The file of a journal that was never open is removed by the next journal that gets as far as making its own.
    const others = this.#ended.filter(({ wasOpen }) => wasOpen || ended.wasOpen);
    this.#ended = [...others, ended];
  }

  /** A new journal says where journals of other processes end. If it is removed as unused, the next one must say it. */
  take(ends: readonly JournalEnd[]): void {
    const all = [...this.#taken.values(), ...ends].map((end) => [end.instance, end] as const);
    this.#taken = new Map([...new Map(all)].slice(-MAX_ENDS));
  }

  /** A new journal is open: its file says where the others end, and those without shares were removed. */
  opened(): void {
    const used = this.#ended.filter(({ wasUsed }) => wasUsed).slice(-MAX_ENDS);
    this.#ended = used.map((ended) => ({ ...ended, isSaid: true }));
  }

  /** The facts that the next journal needs. @param folder of all journals */
  forNext(folder: string): {
    readonly ends: readonly JournalEnd[];
    readonly unsaid: readonly string[];
    readonly missing: readonly string[];
    readonly unused: readonly string[];
  } {
    return {
      ends: [...this.#taken.values(), ...this.#ended].map(({ instance, lastSequence, reason }) => ({
        instance,
        lastSequence,
        reason,
      })),
      unsaid: this.#ended.flatMap(({ instance, isSaid = false }) => (isSaid ? [] : instance)),
      missing: this.#ended.flatMap(({ instance, isGone, lastSequence }) =>
        isGone && lastSequence > 0 ? instance : [],
      ),
      unused: this.#ended.flatMap(({ instance, wasUsed }) =>
        wasUsed ? [] : path.join(folder, `${instance}.db`),
      ),
    };
  }
}

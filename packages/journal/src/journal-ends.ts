import path from 'node:path';
import type { JournalEnd } from './journal-schema.ts';

/** A journal of this process that is over. */
export interface EndedJournal extends JournalEnd {
  /** The thread said that it is open. */
  readonly wasOpen: boolean;
  /** Somebody was told that something is kept in it. */
  readonly wasUsed: boolean;
  /** Its file is not where it was. */
  readonly isGone: boolean;
}

/** Each had shares and a fault of its own, and the journals after it have said where it ends. */
const MAX_ENDS = 1_000;

/** The journals that this process had to give up, for the one that it begins next. */
export class JournalEnds {
  #ended: readonly EndedJournal[] = [];

  add(ended: EndedJournal): void {
    // One that was never open is removed by the next one that gets as far.
    const others = this.#ended.filter(({ wasOpen }) => wasOpen || ended.wasOpen);
    this.#ended = [...others, ended];
  }

  /** A new journal is open: it says where the others end, and those without use are removed. */
  opened(): void {
    this.#ended = this.#ended.filter(({ wasUsed }) => wasUsed).slice(-MAX_ENDS);
  }

  /** What the next journal has to know. @param folder where they all lie */
  forNext(folder: string): {
    readonly ends: readonly JournalEnd[];
    readonly missing: readonly string[];
    readonly unused: readonly string[];
  } {
    return {
      ends: this.#ended.map(({ instance, lastSequence, reason }) => ({ instance, lastSequence, reason })),
      missing: this.#ended.flatMap(({ instance, isGone, lastSequence }) =>
        isGone && lastSequence > 0 ? instance : [],
      ),
      unused: this.#ended.flatMap(({ instance, wasUsed }) =>
        wasUsed ? [] : path.join(folder, `${instance}.db`),
      ),
    };
  }
}

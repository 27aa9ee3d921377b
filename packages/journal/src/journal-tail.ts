import { statSync } from 'node:fs';
import { AditError } from '@adit/primitives';
import { endRecordOf } from './end-record.ts';
import { isAbsent } from './is-absent.ts';
import type { LighterShare, WorkGroup } from './journal-file.ts';
import { filesIn, type JournalReaderOptions } from './journal-reader.ts';
import { OpenJournals } from './open-journals.ts';
import { shareKey } from './other-journals.ts';
import type { JournaledShare, ShareKey } from './share-record.ts';

/** How far a reader has come in one journal. */
export interface JournalMark {
  /** The last row that was taken; 0 for none. */
  readonly sequence: number;
  /** Id of the last smaller weight that was taken; 0 for none. */
  readonly lighterId: number;
  /** True if its file need not be there any more: it was archived, or a person accepted that it is lost. */
  readonly isGone: boolean;
}

/** The mark of a journal of which nothing was taken. */
export const NO_MARK: JournalMark = { sequence: 0, lighterId: 0, isGone: false };

/** A journal as the last look found it. */
export interface TailedJournal {
  readonly instance: string;
  /** The file that is read. Of several copies it is the one with the most rows. */
  readonly file: string;
  /** The last row that counts: rows behind it were refused. Undefined while no journal says where this one ends. */
  readonly end: number | undefined;
  /** True if no process writes to it any more, as far as the journals say. After a kill none says it. */
  readonly isOver: boolean;
  /** Sequence of the newest row in the file, counted or refused. */
  readonly lastSequence: number;
  /** Id of the newest smaller weight in the file; 0 without one. */
  readonly lastLighterId: number;
}

/** A journal that has ended with shares, whose file is not there, and of which nothing was taken. */
export interface AbsentJournal {
  readonly instance: string;
  /** Rows for which a miner was told that its share is kept. */
  readonly lastSequence: number;
}

/** The outcome of a look. */
export interface TailLook {
  /** By instance. */
  readonly journals: ReadonlyMap<string, TailedJournal>;
  readonly absent: readonly AbsentJournal[];
}

/** Where a share is kept. */
export interface SharePlace {
  readonly instance: string;
  readonly sequence: number;
}

interface Place {
  readonly file: string;
  readonly instance: string;
  readonly isMisnamed: boolean;
  readonly lastSequence: number;
  readonly lastLighterId: number;
  readonly isOver: boolean;
  /** A fault of the record beside it. */
  readonly fault: string | undefined;
  readonly inode: number | undefined;
  /** Of the file and its log when it was read; undefined where both changed a moment ago, so that it is read again. */
  readonly signature: string | undefined;
}

/** A file system may note the time of a write only every few milliseconds: a file that is as new as this is read again. */
const SETTLED_MS = 10_000;

/**
 * Reads all journals of a data folder row by row, each instance from a mark on, so that a ledger takes each row once. Journals come
 * and end while it reads. It only reads, and holds no lock that a pool needs.
 */
export class JournalTail {
  readonly #folders: readonly string[];
  readonly #open: OpenJournals;
  /** By path. One for each file of the folder. */
  readonly #places = new Map<string, Place>();
  /** The last row that counts, by instance. */
  readonly #ends = new Map<string, number>();
  #journals: ReadonlyMap<string, TailedJournal> = new Map();

  constructor({ dataFolder, also = [], networks = {} }: JournalReaderOptions) {
    this.#folders = [dataFolder, ...also];
    this.#open = new OpenJournals(networks);
  }

  /**
   * Looks which journals there are, and how far they go.
   * @param marks by instance, of all journals of which something was taken
   * @param onFault for statistics, which go on without a journal: gets each fault instead of a throw, and the journal is left out of
   *   the look where it cannot be read. Books leave it out.
   * @throws AditError `ADIT_JOURNAL_MISSING` where a journal with a mark is gone, or has fewer rows than were taken or kept: nothing
   *   may be taken before it is back; also `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE`
   */
  look(marks: ReadonlyMap<string, JournalMark>, onFault?: (fault: AditError) => void): TailLook {
    const fail = (fault: AditError) => {
      if (onFault === undefined) throw fault;
      onFault(fault);
    };
    const files = filesIn(this.#folders);
    const present = new Set(files);
    for (const file of [...this.#places.keys()]) {
      if (present.has(file)) continue;
      this.#open.close(file);
      this.#places.delete(file);
    }
    // All ends first: a row that is read later than the end of its journal cannot be newer than this end.
    for (const file of files) {
      try {
        this.#learn(file);
      } catch (error) {
        if (!(error instanceof AditError)) throw error;
        fail(error);
      }
    }
    const journals = new Map<string, TailedJournal>();
    for (const place of [...this.#places.values()].sort(bestFirst)) {
      const { file, instance, lastSequence, lastLighterId, fault } = place;
      const end = this.#ends.get(instance);
      // Rows that were refused must not be taken, and nobody knows which they are.
      if (fault !== undefined && end === undefined) {
        fail(new AditError('ADIT_JOURNAL_UNREADABLE', fault));
        continue;
      }
      if (journals.has(instance)) continue;
      const isOver = place.isOver || end !== undefined;
      journals.set(instance, { instance, file, end, isOver, lastSequence, lastLighterId });
    }
    this.#journals = journals;
    for (const [instance, mark] of marks) {
      const lost = this.#lossSince(instance, mark);
      if (lost !== undefined) fail(lost);
    }
    const absent: AbsentJournal[] = [];
    for (const [instance, lastSequence] of this.#ends) {
      const journal = journals.get(instance);
      if (journal === undefined && lastSequence > 0 && !marks.has(instance))
        absent.push({ instance, lastSequence });
      if (
        journal !== undefined &&
        journal.lastSequence < lastSequence &&
        marks.get(instance)?.isGone !== true
      )
        fail(missing(journal.file, `ends with row ${journal.lastSequence} instead of ${lastSequence}`));
    }
    return { journals, absent };
  }

  /**
   * Rows of one journal that count, by sequence.
   * @param after sequence before the first row
   * @param limit at most this many
   * @throws AditError `ADIT_JOURNAL_MISSING` where a row is not there although a later one is
   */
  rows(instance: string, after: number, limit: number): readonly JournaledShare[] {
    const journal = this.#journals.get(instance);
    if (journal === undefined) return [];
    const last = this.#ends.get(instance) ?? Number.MAX_SAFE_INTEGER;
    const rows = this.#open.get(journal.file).page(after, last, limit);
    for (const [i, { sequence }] of rows.entries())
      if (sequence !== after + 1 + i)
        throw missing(journal.file, `has row ${sequence} where row ${after + 1 + i} should be`);
    return rows;
  }

  /** Shares of one journal that came again with a smaller weight. @param after id before the first @param limit at most this many */
  lighter(instance: string, after: number, limit: number): readonly LighterShare[] {
    const journal = this.#journals.get(instance);
    return journal === undefined ? [] : this.#open.get(journal.file).lighterPage(after, limit);
  }

  /**
   * The shares of a group that lie at or below the marks: each digest with its smallest weight, by `shareKey`.
   * @param marks by instance
   */
  takenOf(
    group: WorkGroup,
    marks: ReadonlyMap<string, JournalMark>,
  ): { readonly kept: Map<string, bigint>; readonly lighter: Map<string, bigint> } {
    const kept = new Map<string, bigint>();
    const lighter = new Map<string, bigint>();
    for (const { instance, file } of this.#journals.values()) {
      const { sequence, lighterId } = marks.get(instance) ?? NO_MARK;
      if (sequence === 0 && lighterId === 0) continue;
      const journal = this.#open.get(file);
      const last = Math.min(sequence, this.#ends.get(instance) ?? sequence);
      for (const [digest, weight] of journal.weightsOf(group, last)) noteLeast(kept, digest, weight);
      for (const { digest, weight } of journal.lighterOf(group, lighterId))
        noteLeast(lighter, digest, weight);
    }
    return { kept, lighter };
  }

  /** All rows that have a share, in all journals. */
  placesOf(share: ShareKey): readonly SharePlace[] {
    return [...this.#journals.values()].flatMap(({ instance, file }) => {
      const sequence = this.#open.get(file).sequenceOf(share);
      return sequence === undefined ? [] : { instance, sequence };
    });
  }

  close(): void {
    this.#open.closeAll();
    this.#places.clear();
  }

  /** Reads what a file says of itself and of others, unless neither it nor its log has changed since the last time. */
  #learn(file: string): void {
    const signature = signatureOf(file);
    const known = this.#places.get(file);
    if (known?.signature !== undefined && known.signature === signature) return;
    try {
      const inode = statSync(file, { throwIfNoEntry: false })?.ino;
      // A file that was replaced under its name has to be opened again.
      if (known?.inode !== inode) this.#open.close(file);
      const journal = this.#open.get(file);
      const { beside } = journal;
      const ends = journal.ends(beside);
      for (const { instance, lastSequence } of ends)
        this.#ends.set(instance, Math.min(lastSequence, this.#ends.get(instance) ?? lastSequence));
      const { instance, isMisnamed, isOver } = journal;
      const { fault } = beside;
      const lastSequence = journal.lastSequence();
      const lastLighterId = journal.lastLighterId();
      this.#places.set(file, {
        file,
        instance,
        isMisnamed,
        isOver,
        fault,
        lastSequence,
        lastLighterId,
        inode,
        signature,
      });
    } catch (error) {
      this.#open.close(file);
      this.#places.delete(file);
      // Its process ended without a share and removed it, after the folder was listed; or it holds nothing, and so misses nothing:
      // where something was taken of it, the marks tell.
      if (isAbsent(file) || (error instanceof AditError && error.code === 'ADIT_JOURNAL_EMPTY')) return;
      throw error;
    }
  }

  /** @returns the fault where a journal has fewer rows than were taken of it */
  #lossSince(instance: string, { sequence, lighterId, isGone }: JournalMark): AditError | undefined {
    if (isGone || (sequence === 0 && lighterId === 0)) return undefined;
    const journal = this.#journals.get(instance);
    if (journal === undefined) return missing(`${instance}.db`, 'is gone');
    if (journal.lastSequence >= sequence) return undefined;
    return missing(
      journal.file,
      `ends with row ${journal.lastSequence}, and row ${sequence} was taken of it`,
    );
  }
}

/** The file with the most rows comes first; of equal ones the one that has the name of its instance. */
function bestFirst(a: Place, b: Place): number {
  return (
    b.lastSequence - a.lastSequence ||
    Number(a.isMisnamed) - Number(b.isMisnamed) ||
    (a.file < b.file ? -1 : 1)
  );
}

function noteLeast(weights: Map<string, bigint>, digest: Uint8Array, weight: bigint): void {
  const key = shareKey(digest);
  const known = weights.get(key);
  if (known === undefined || weight < known) weights.set(key, weight);
}

/**
 * Changes whenever somebody writes to the file, to its log, or to the record of its end beside it.
 * @returns undefined if one of them was written a moment ago
 */
function signatureOf(file: string): string | undefined {
  const parts = [file, `${file}-wal`, endRecordOf(file)].map((name) =>
    statSync(name, { throwIfNoEntry: false }),
  );
  const newest = Math.max(...parts.map((stat) => stat?.mtimeMs ?? 0));
  if (Date.now() - newest < SETTLED_MS) return undefined;
  return parts.map((stat) => (stat === undefined ? '-' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`)).join();
}

function missing(file: string, what: string): AditError {
  return new AditError(
    'ADIT_JOURNAL_MISSING',
    `the journal ${file} ${what}: bring it back from a copy; until then no share is taken, so that none is lost`,
  );
}

import type { JournalTail, TailedJournal } from '@adit/journal';
import { questionOf } from '../blocks/round-book.ts';
import { numberOf } from '../database/cells.ts';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import { journalMarks, type StoredMark } from './journal-marks.ts';
import { readRound } from './round-source.ts';
import { unpackOrigin } from './slice-codec.ts';
import { bytesOf, newestSlice } from './slice-store.ts';

/** Why a journal stays in the data folder. */
export type JournalStaysBecause =
  /** A process may still write to it. */
  | 'running'
  /** It has rows that were not taken yet. */
  | 'not_taken'
  /** Its newest row is younger than the retention. */
  | 'young'
  /** It has rows in a window, in an open round, or in the round of a block that is not credited yet. */
  | 'needed'
  /** An older one stays, and it may say where that one ends. */
  | 'older_stays'
  /** There is no such file: it was archived before, or was lost. */
  | 'absent';

/** A journal that the ledger knows, and what may become of it. */
export interface JournalAge {
  readonly instance: string;
  /** Undefined where there is none. */
  readonly file: string | undefined;
  /** Time of the newest row that was taken; 0 for none. */
  readonly newestMs: number;
  readonly rows: number;
  /** Undefined for a journal that can go into the archive. */
  readonly stays: JournalStaysBecause | undefined;
  /** True where it is in the archive already, and its removal did not end. */
  readonly isArchived: boolean;
}

/** How old journals must be. */
export interface ArchivableOptions {
  readonly nowMs: number;
  readonly retentionMs: number;
}

/** What journals are asked. */
export interface ArchivableModules {
  readonly database: Pick<LedgerDatabase, 'read'>;
  readonly tail: JournalTail;
  /** When the process of a journal began it. */
  readonly createdMsOf: (file: string) => number;
}

/** An upgrade lets two processes write for minutes. When the next journal is older than this, only its own process is left. */
const SUCCEEDED_MS = 86_400_000;

/**
 * Which journals are accounted for and old enough to leave the data folder. The oldest come first, and none passes an older one.
 * @throws AditError of journals and databases
 */
export async function journalAges(
  { nowMs, retentionMs }: ArchivableOptions,
  { database, tail, createdMsOf }: ArchivableModules,
): Promise<readonly JournalAge[]> {
  const marks = await database.read(journalMarks);
  const { journals } = tail.look(marks);
  const ages: JournalAge[] = [];
  let isBlocked = false;
  const instances = [...new Set([...marks.keys(), ...journals.keys()])].sort();
  /** Instances behind which another journal began long ago. */
  const succeeded = succeededBefore([...journals.values()], nowMs - SUCCEEDED_MS, createdMsOf);
  for (const instance of instances) {
    const mark = marks.get(instance);
    const journal = journals.get(instance);
    const facts = {
      instance,
      file: journal?.file,
      newestMs: mark?.newestMs ?? 0,
      rows: journal?.lastSequence ?? mark?.sequence ?? 0,
      isArchived: mark?.state === 'archived',
    };
    if (journal === undefined) {
      ages.push({ ...facts, stays: 'absent' });
      continue;
    }
    let stays = staysBecause(journal, mark, instance < succeeded, nowMs - retentionMs);
    if (stays === undefined && (await database.read((queries) => isNeeded(queries, instance))))
      stays = 'needed';
    // An archive that is whole was decided before.
    if (facts.isArchived) stays = undefined;
    if (stays === undefined && isBlocked) stays = 'older_stays';
    isBlocked ||= stays !== undefined;
    ages.push({ ...facts, stays });
  }
  return ages;
}

function staysBecause(
  { isOver, end, lastSequence, lastLighterId }: TailedJournal,
  mark: StoredMark | undefined,
  isSucceeded: boolean,
  oldMs: number,
): JournalStaysBecause | undefined {
  // After a kill nobody says where a journal ends. A journal that began long behind it shows that its process is gone.
  if (!isOver && !isSucceeded) return 'running';
  const last = Math.min(lastSequence, end ?? lastSequence);
  if ((mark?.sequence ?? 0) < last || (mark?.lighterId ?? 0) < lastLighterId) return 'not_taken';
  return (mark?.newestMs ?? 0) > oldMs ? 'young' : undefined;
}

/** @returns an instance: all that come before it in the order of names have a successor that began before a time */
function succeededBefore(
  journals: readonly TailedJournal[],
  beganBeforeMs: number,
  createdMsOf: (file: string) => number,
): string {
  return journals
    .filter(({ file }) => createdMsOf(file) < beganBeforeMs)
    .reduce((latest, { instance }) => (instance > latest ? instance : latest), '');
}

/** Whether a journal has rows that a round may still count. */
async function isNeeded(queries: Queries, instance: string): Promise<boolean> {
  const chains = await queries.all(
    'SELECT DISTINCT chain FROM slice_journal WHERE instance = ? ORDER BY chain',
    [instance],
  );
  for (const { chain } of chains) {
    const from = await neededFrom(queries, String(chain));
    const later = await queries.all(
      'SELECT 1 AS found FROM slice_journal WHERE chain = ? AND instance = ? AND first_number >= ? LIMIT 1',
      [String(chain), instance, from],
    );
    if (later.length > 0 || (await isInSlice(queries, String(chain), instance, from))) return true;
  }
  return false;
}

/** Whether the slice that holds a share has rows of a journal from that share on. */
async function isInSlice(queries: Queries, chain: string, instance: string, from: number): Promise<boolean> {
  const [row] = await queries.all(
    'SELECT first_number, origin FROM slice WHERE chain = ? AND first_number < ? ORDER BY first_number DESC LIMIT 1',
    [chain, from],
  );
  if (row === undefined) return false;
  const origins = unpackOrigin(bytesOf(row, 'origin')).slice(from - numberOf(row, 'first_number'));
  return origins.some((origin) => origin.instance === instance);
}

/** The oldest share that a block found now, or one that is not credited yet, would pay. */
async function neededFrom(queries: Queries, chain: string): Promise<number> {
  const newest = await newestSlice(queries, chain);
  if (newest === undefined) return 0;
  const open = await queries.all(
    "SELECT what, min(number) AS number FROM block WHERE chain = ? AND state IN ('found', 'seen', 'disputed') GROUP BY what ORDER BY what",
    [chain],
  );
  const kinds = await queries.all('SELECT DISTINCT what FROM block WHERE chain = ? ORDER BY what', [chain]);
  const asked = [
    ...open.map((row) => ({ what: String(row['what']), number: numberOf(row, 'number') })),
    ...(kinds.length === 0 ? [{ what: 'block' }] : kinds).map(({ what }) => ({
      what: String(what),
      number: newest.last,
    })),
  ];
  let from = newest.last;
  for (const { what, number } of asked) {
    const question = await questionOf(queries, { chain, what: what as 'block' | 'fruit', number });
    const { oldest } = await readRound(queries, chain, question);
    if (oldest !== null) from = Math.min(from, Number(oldest.number));
  }
  return from;
}

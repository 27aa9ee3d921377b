import type { JournalMark } from '@adit/journal';
import { AditError } from '@adit/primitives';
import { appendAudit } from '../books/audit.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** Where the rows of a journal are: in the data folder, in the archive, or nowhere, which a person accepted. */
export type JournalState = 'here' | 'archived' | 'lost';

/** How far the ledger has come in one journal. */
export interface StoredMark extends JournalMark {
  readonly state: JournalState;
  /** Time of the newest row that was taken. */
  readonly newestMs: number;
}

/** @returns the marks of all journals of which something was taken, by instance */
export async function journalMarks(queries: Queries): Promise<ReadonlyMap<string, StoredMark>> {
  const rows = await queries.all('SELECT instance, sequence, lighter_id, newest_ms, state FROM journal_mark');
  return new Map(
    rows.map((row) => {
      const state = textOf(row, 'state') as JournalState;
      const mark = {
        sequence: numberOf(row, 'sequence'),
        lighterId: numberOf(row, 'lighter_id'),
        newestMs: numberOf(row, 'newest_ms'),
        state,
        isGone: state !== 'here',
      };
      return [textOf(row, 'instance'), mark];
    }),
  );
}

/**
 * Moves a mark on, if it is where the caller found it.
 * @throws AditError `ADIT_LEDGER_DATABASE` if it is not: another process takes shares
 */
export async function moveMark(
  queries: Queries,
  instance: string,
  before: StoredMark | undefined,
  after: Pick<StoredMark, 'sequence' | 'lighterId' | 'newestMs'>,
): Promise<void> {
  const changed =
    before === undefined
      ? await queries.run(
          "INSERT INTO journal_mark (instance, sequence, lighter_id, newest_ms, state) VALUES (?, ?, ?, ?, 'here') ON CONFLICT (instance) DO NOTHING",
          [instance, after.sequence, after.lighterId, after.newestMs],
        )
      : await queries.run(
          'UPDATE journal_mark SET sequence = ?, lighter_id = ?, newest_ms = ? WHERE instance = ? AND sequence = ? AND lighter_id = ?',
          [after.sequence, after.lighterId, after.newestMs, instance, before.sequence, before.lighterId],
        );
  if (changed === 1) return;
  throw new AditError(
    'ADIT_LEDGER_DATABASE',
    `another process takes the shares of ${instance}: nothing of this step was kept`,
  );
}

/** A journal that a person gives up. */
export interface JournalLoss {
  readonly instance: string;
  /** Rows for which miners were told that their shares are kept. */
  readonly lastSequence: number;
  readonly timeMs: number;
  readonly actor: string;
  readonly reason: string;
}

/** Notes that a journal is gone for good: shares go on being taken without it. What was taken of it stays. */
export async function acceptLoss(queries: Queries, loss: JournalLoss): Promise<void> {
  const { instance, lastSequence, timeMs, actor, reason } = loss;
  await queries.run(
    "INSERT INTO journal_mark (instance, sequence, lighter_id, newest_ms, state) VALUES (?, ?, 0, ?, 'lost') ON CONFLICT (instance) DO UPDATE SET state = 'lost'",
    [instance, lastSequence, timeMs],
  );
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'journal_lost',
    subject: `journal:${instance}`,
    content: { instance, lastSequence, reason },
  });
}

/** A journal whose rows are in an archive from now on. */
export interface JournalArchived {
  readonly instance: string;
  readonly lastSequence: number;
  /** Path of the archive. */
  readonly archive: string;
  /** Of the database in it, in hex. */
  readonly sha256: string;
  readonly timeMs: number;
  readonly actor: string;
}

/** Notes that a journal is in the archive: its file may go, and shares go on being taken without it. */
export async function markArchived(queries: Queries, archived: JournalArchived): Promise<void> {
  const { instance, timeMs, actor, ...content } = archived;
  await queries.run(
    "INSERT INTO journal_mark (instance, sequence, lighter_id, newest_ms, state) VALUES (?, 0, 0, 0, 'archived') ON CONFLICT (instance) DO UPDATE SET state = 'archived'",
    [instance],
  );
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'journal_archived',
    subject: `journal:${instance}`,
    content: { instance, ...content },
  });
}

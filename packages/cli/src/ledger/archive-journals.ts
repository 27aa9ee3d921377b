import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  archiveJournal,
  archiveOf,
  JournalTail,
  journalFacts,
  removeArchivedJournal,
  unpackArchive,
} from '@adit/journal';
import { type JournalAge, journalAges, type LedgerDatabase, markArchived } from '@adit/ledger';

export interface ArchiveJournalsOptions {
  readonly dataFolder: string;
  readonly networks: Readonly<Record<string, string>>;
  /** The folder of the archives. */
  readonly folder: string;
  readonly retentionMs: number;
  readonly actor: string;
}

export interface ArchiveJournalsModules {
  readonly database: LedgerDatabase;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** What has been done with a journal, for people and for tests of kills. */
  readonly onStep?: (step: 'packed' | 'noted' | 'removed', instance: string) => void;
}

/** A journal that was archived by this run. */
export interface Archived {
  readonly instance: string;
  readonly archive: string;
  readonly rows: number;
  readonly bytes: number;
  readonly packedBytes: number;
}

/** Says what would be archived, and what stays for which reason. @throws AditError of journals and databases */
export async function planArchive(
  {
    dataFolder,
    networks,
    retentionMs,
  }: Pick<ArchiveJournalsOptions, 'dataFolder' | 'networks' | 'retentionMs'>,
  { database, now }: Pick<ArchiveJournalsModules, 'database' | 'now'>,
): Promise<readonly JournalAge[]> {
  const tail = new JournalTail({ dataFolder, networks });
  try {
    const createdMsOf = (file: string) => journalFacts(file).createdMs;
    return await journalAges({ nowMs: now(), retentionMs }, { database, tail, createdMsOf });
  } finally {
    tail.close();
  }
}

/**
 * Archives all journals that may go, the oldest first: each is packed and read again, then the books note it, then its file is removed.
 * A process that is killed anywhere leaves the file, or an archive that is whole and noted; the next run ends what it began.
 * @param plan of {@link planArchive}, where the caller has made it already: it reads rounds
 * @throws AditError `ADIT_ARCHIVE_FAILED`, and those of journals and databases
 */
export async function archiveJournals(
  options: ArchiveJournalsOptions,
  modules: ArchiveJournalsModules,
  plan?: readonly JournalAge[],
): Promise<readonly Archived[]> {
  const { folder, actor } = options;
  const { database, now, onStep = () => {} } = modules;
  const done: Archived[] = [];
  for (const { instance, file, stays, isArchived } of plan ?? (await planArchive(options, modules))) {
    if (file === undefined || stays !== undefined) continue;
    if (!isArchived || !(await isWhole(archiveOf(folder, instance), file))) {
      const packed = await archiveJournal(file, folder);
      onStep('packed', instance);
      const { archive, sha256, lastSequence: rows, bytes, packedBytes } = packed;
      await database.transact((queries) =>
        markArchived(queries, { instance, lastSequence: rows, archive, sha256, timeMs: now(), actor }),
      );
      done.push({ instance, archive, rows, bytes, packedBytes });
    }
    onStep('noted', instance);
    await removeArchivedJournal(file);
    onStep('removed', instance);
  }
  return done;
}

/** An archive of an earlier run is read again before the file goes that it stands for: the disk may have lost it since. */
async function isWhole(archive: string, file: string): Promise<boolean> {
  if (!existsSync(archive)) return false;
  const draft = await mkdtemp(path.join(path.dirname(archive), '.reading-'));
  try {
    const [found, wanted] = [await unpackArchive(archive, draft), file].map(journalFacts);
    return found?.lastSequence === wanted?.lastSequence && found?.lastLighterId === wanted?.lastLighterId;
  } catch {
    return false;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

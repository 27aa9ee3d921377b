import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { archivesIn, unpackArchive } from '@adit/journal';

/** Archived journals, unpacked for readers. */
export interface UnpackedArchives {
  /** A data folder with their journals; undefined without archives. */
  readonly dataFolder: string | undefined;
  /** Removes it. */
  close(): Promise<void>;
}

/**
 * Unpacks all archives of a folder, beside them: they need the room that the journals had.
 * @throws AditError `ADIT_ARCHIVE_FAILED`; nothing stays then
 */
export async function unpackArchives(folder: string): Promise<UnpackedArchives> {
  const archives = existsSync(folder) ? await archivesIn(folder) : [];
  if (archives.length === 0) return { dataFolder: undefined, close: async () => {} };
  const dataFolder = await mkdtemp(path.join(folder, '.reading-'));
  const close = () => rm(dataFolder, { recursive: true, force: true });
  try {
    for (const archive of archives) await unpackArchive(archive, dataFolder);
    return { dataFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

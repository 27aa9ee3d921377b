import { existsSync } from 'node:fs';
import path from 'node:path';
import { copyDatabase, faultOfDatabase } from '@adit/journal';
import { messageOf } from '@adit/primitives';
import type { BackupPart } from './part.ts';

/** SQLite's files beside a database. */
const ENDINGS = ['', '-wal', '-shm', '-journal'];

/** A part that is one SQLite database in the data folder. */
export function databasePart(part: {
  readonly name: string;
  readonly is: string;
  readonly file: string;
  /** Where it lies; default: in the data folder, under the name that it has in the backup. Absolute. */
  readonly source?: string;
  /** Whether a backup without it lacks something that an operator would miss. */
  readonly isNeeded: boolean;
  readonly restored?: BackupPart['restored'];
}): BackupPart {
  const { name, is, file, source: place, isNeeded, restored = () => [] } = part;
  return {
    name,
    is,
    entries: ENDINGS.map((ending) => `${place ?? file}${ending}`),
    copy: async ({ from, to }) => {
      const source = place ?? path.join(from, file);
      if (!existsSync(source)) return { notCopied: [] };
      try {
        await copyDatabase(source, path.join(to, file));
        return { notCopied: [] };
      } catch (error) {
        if (isNeeded) throw error;
        return { notCopied: [{ path: source, because: messageOf(error), isLoss: true }] };
      }
    },
    check: (folder) => {
      const copy = path.join(folder, file);
      const fault = existsSync(copy) ? faultOfDatabase(copy) : undefined;
      return fault === undefined ? [] : [`${copy}: ${fault}`];
    },
    restored,
  };
}

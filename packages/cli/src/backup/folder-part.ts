import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { copyFile, eachAtOnce, makeFolder, namesIn, unlessMissing } from './files.ts';
import type { BackupPart, NotCopied } from './part.ts';

/** A part that is a folder with small files, each of which its writer replaces as a whole. */
export function folderPart(part: {
  readonly name: string;
  readonly is: string;
  /** Folders below the data folder, in the order in which they are copied. */
  readonly folders: readonly string[];
  /** Names of files that belong to it. Drafts of writes that are under way do not. */
  readonly isWanted: (name: string) => boolean;
  /** Folders that stay behind, with the reason. */
  readonly leftOut?: Readonly<Record<string, string>>;
}): BackupPart {
  const { name, is, folders, isWanted, leftOut = {} } = part;
  return {
    name,
    is,
    entries: [...new Set(folders.map((folder) => folder.split('/')[0] ?? folder))],
    copy: async ({ from, to, onFile = () => {} }) => {
      const notCopied: NotCopied[] = [];
      for (const [folder, because] of Object.entries(leftOut)) {
        const place = path.join(from, folder);
        if ((await lstat(place).catch(unlessMissing)) !== undefined)
          notCopied.push({ path: place, because, isLoss: false });
      }
      for (const folder of folders) {
        const source = path.join(from, folder);
        const names = await namesIn(source);
        await makeFolder(path.join(to, folder));
        await eachAtOnce(names.filter(isWanted), async (file) => {
          const place = path.join(source, file);
          const found = await lstat(place).catch(unlessMissing);
          if (found?.isFile() === true) await copyFile(place, path.join(to, folder, file));
          onFile();
        });
      }
      return { notCopied };
    },
    // The digests in the manifest say whether a file is whole; its own room reads what is in it.
    check: () => [],
    restored: () => [],
  };
}

import { existsSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { copyFile, makeFolder, namesIn, unlessMissing } from './files.ts';
import type { BackupPart, NotCopied } from './part.ts';

const FOLDER = 'payouts';
const COMPARE = 'payment lists came back: compare them with what you have paid since the backup';
/** Drafts of lists that are being written. */
const DRAFT = '.part';

/** The payment lists of each network that a person pays by hand, with their marks: the only history of such a wallet. */
export const PAYOUTS_PART: BackupPart = {
  name: 'payouts',
  is: 'payment lists, and what was said about them',
  entries: [FOLDER],
  copy: async ({ from, to, onFile = () => {} }) => {
    const notCopied: NotCopied[] = [];
    const source = path.join(from, FOLDER);
    if (!(await isFolder(source, notCopied))) return { notCopied };
    for (const network of await namesIn(source)) {
      const lists = path.join(source, network);
      if (!(await isFolder(lists, notCopied))) continue;
      await makeFolder(path.join(to, FOLDER, network));
      for (const name of (await namesIn(lists)).filter((one) => !one.endsWith(DRAFT))) {
        const place = path.join(lists, name);
        const found = await lstat(place).catch(unlessMissing);
        if (found?.isFile() === true) await copyFile(place, path.join(to, FOLDER, network, name));
        else if (found !== undefined) notCopied.push(strange(place));
        onFile();
      }
    }
    return { notCopied };
  },
  // The digests in the manifest say whether a file is whole; the ledger compares lists with its batches.
  check: () => [],
  restored: (folder) => (existsSync(path.join(folder, FOLDER)) ? [COMPARE] : []),
};

/** A link may lead anywhere, so it is not followed. */
async function isFolder(place: string, notCopied: NotCopied[]): Promise<boolean> {
  const found = await lstat(place).catch(unlessMissing);
  if (found === undefined || found.isDirectory()) return found !== undefined;
  notCopied.push(strange(place));
  return false;
}

function strange(place: string): NotCopied {
  return { path: place, because: 'it is a link, or no file or folder of payment lists', isLoss: true };
}

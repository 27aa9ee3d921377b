import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { copyDatabase, endRecordOf, faultOfDatabase, journalFacts } from '@adit/journal';
import { AditError, messageOf } from '@adit/primitives';
import { copyFile, makeFolder, namesIn } from './files.ts';
import type { BackupPart, NotCopied } from './part.ts';

const FOLDER = 'journal';
/**
 * Looks at the folder. A journal that began during the copy may say where an earlier one ends, so it is copied too. The
 * second look finds it; a disk that fails again and again must not keep a backup going.
 */
const LOOKS = 3;

/** The share journals of all processes. */
export const JOURNALS_PART: BackupPart = {
  name: 'journals',
  is: 'the share journals',
  entries: [FOLDER],
  copy: async ({ from, to }) => {
    const source = path.join(from, FOLDER);
    const target = path.join(to, FOLDER);
    await makeFolder(target);
    const done = new Set<string>();
    const notCopied: NotCopied[] = [];
    const sequences: Record<string, number> = {};
    for (let look = 0; look < LOOKS; look += 1) {
      const names = (await namesIn(source)).filter((name) => name.endsWith('.db') && !done.has(name));
      if (names.length === 0) break;
      for (const name of names) {
        done.add(name);
        const outcome = await copyJournal(path.join(source, name), path.join(target, name));
        if (outcome === undefined) continue;
        if ('because' in outcome) notCopied.push(outcome);
        else sequences[outcome.instance] = Math.max(outcome.lastSequence, sequences[outcome.instance] ?? 0);
      }
    }
    return { notCopied, sequences };
  },
  check: (folder) => {
    const journals = path.join(folder, FOLDER);
    if (!existsSync(journals)) return [];
    const names = readdirSync(journals).filter((name) => !name.endsWith(endRecordOf('')));
    return names.flatMap((name) => {
      const file = path.join(journals, name);
      const fault = faultOfDatabase(file) ?? faultOfJournal(file);
      return fault === undefined ? [] : [`${file}: ${fault}`];
    });
  },
  restored: () => [],
};

/** @returns undefined where its process has removed it meanwhile, because it ended without a share */
async function copyJournal(from: string, to: string) {
  try {
    await copyDatabase(from, to);
    // Most journals of former processes have none. Without one that is there, refused shares would count in the copy.
    await copyFile(endRecordOf(from), endRecordOf(to));
    return journalFacts(to);
  } catch (error) {
    await rm(to, { force: true });
    if (!existsSync(from)) return undefined;
    // A file that was only begun, or that somebody emptied, holds nothing that could be copied.
    const isEmpty = error instanceof AditError && error.code === 'ADIT_JOURNAL_EMPTY';
    const because = isEmpty ? 'it is empty' : messageOf(error);
    return { path: from, because, isLoss: !isEmpty } satisfies NotCopied;
  }
}

function faultOfJournal(file: string): string | undefined {
  try {
    journalFacts(file);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

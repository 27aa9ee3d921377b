import path from 'node:path';
import { messageOf } from '@adit/primitives';
import { namedFiles } from '../config/named-files.ts';
import { copyFile, makeFolder } from './files.ts';
import type { NotCopied } from './part.ts';

/** Files that are no secrets. All others that a configuration names stay where they are. */
const PUBLIC: ReadonlySet<string> = new Set(['tls_cert']);

/**
 * Copies the configuration, and the files that it names as far as they are no secrets. A backup lies in more places than
 * the pool, and is read by more programs.
 */
export async function copyConfig(configFile: string, to: string): Promise<NotCopied[]> {
  await makeFolder(to);
  await copyFile(configFile, path.join(to, path.basename(configFile)));
  const notCopied: NotCopied[] = [];
  const names = new Set([path.basename(configFile)]);
  for (const { key, file } of namedFiles(configFile)) {
    const because = PUBLIC.has(key)
      ? await copyNamed(file, to, names)
      : `${key} is a secret: keep it apart from backups`;
    if (because !== undefined && !notCopied.some((other) => other.path === file))
      notCopied.push({ path: file, because, isLoss: false });
  }
  return notCopied;
}

/** @returns why it was not copied */
async function copyNamed(file: string, to: string, names: Set<string>): Promise<string | undefined> {
  const name = path.basename(file);
  if (names.has(name)) return 'another file of this name was copied';
  try {
    const isThere = await copyFile(file, path.join(to, name));
    if (!isThere) return 'there is no such file';
    names.add(name);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

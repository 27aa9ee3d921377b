import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { LOCK_FILE, userName } from '@adit/journal';
import { AditError, messageOf } from '@adit/primitives';
import { copyConfig } from './copy-config.ts';
import {
  bytesOf,
  digestOf,
  eachAtOnce,
  filesBelow,
  makeFolder,
  syncFile,
  syncFiles,
  syncFolders,
} from './files.ts';
import { CONFIG, DATA, MANIFEST, MANIFEST_VERSION, type Manifest } from './manifest.ts';
import type { BackupPart, NotCopied } from './part.ts';
import { checkSpace } from './space.ts';

export interface BackupOptions {
  /** The data folder of a pool, which may be running. */
  readonly dataFolder: string;
  readonly configFile: string;
  /** The control socket, which is not copied. */
  readonly control: string;
  /** The folder that is made. */
  readonly to: string;
  /** Version of this program. */
  readonly version: string;
}

export interface BackupModules {
  readonly parts: readonly BackupPart[];
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  /** What the backup does at the moment, with the number of files that are done, for people. */
  readonly onProgress?: (step: string, files: number) => void;
}

/** Things in the data folder that no part of a backup wants. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  archive: 'archived journals, which never change: copy each of them once, by itself',
  demo: 'data of adit demo',
  [LOCK_FILE]: 'the lock of the pool that runs here',
  'lost+found': 'a folder of the file system',
};

/**
 * Makes a backup of a pool. It appears under its name when all of it is on disk, or not at all.
 * @throws AditError `ADIT_BACKUP_PLACE`, `ADIT_BACKUP_FAILED`
 */
export async function makeBackup(options: BackupOptions, modules: BackupModules): Promise<Manifest> {
  const { dataFolder, to } = options;
  checkPlace(dataFolder, to);
  const needed = modules.parts.flatMap(({ entries }) =>
    entries.map((name) => path.resolve(dataFolder, name)),
  );
  let bytes = 0;
  for (const place of needed) bytes += await bytesOf(place);
  await checkSpace(path.dirname(to), bytes);
  const draft = `${to}.part`;
  await makeDraft(draft);
  try {
    const manifest = await copyAll(draft, options, modules);
    await writeFile(path.join(draft, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    await syncFile(path.join(draft, MANIFEST));
    await syncFiles(draft, counted(modules, 'syncs'));
    await syncFolders(draft);
    await rename(draft, to);
    await syncFile(path.dirname(to));
    return manifest;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error instanceof AditError ? error : failed(error);
  }
}

async function copyAll(draft: string, options: BackupOptions, modules: BackupModules): Promise<Manifest> {
  const { dataFolder, configFile, control, version } = options;
  const { parts, now } = modules;
  const data = path.join(draft, DATA);
  await makeFolder(data);
  const begun = now();
  const notCopied: NotCopied[] = [];
  const sequences: Record<string, number> = {};
  for (const part of parts) {
    const copy = await part.copy({
      from: dataFolder,
      to: data,
      onFile: counted(modules, `copies ${part.name}`),
    });
    notCopied.push(...copy.notCopied);
    Object.assign(sequences, copy.sequences);
  }
  const faults = parts.flatMap((part) => part.check(data));
  if (faults.length > 0) throw failed(`the copy is damaged: ${faults.join('; ')}`);
  notCopied.push(...(await copyConfig(configFile, path.join(draft, CONFIG))));
  notCopied.push(...(await strangers(dataFolder, control, parts)));
  const files: Manifest['files'] = [];
  const onFile = counted(modules, 'reads the copy');
  await eachAtOnce(await filesBelow(draft), async (file) => {
    const place = path.join(draft, file);
    files.push({ path: file, bytes: (await stat(place)).size, sha256: await digestOf(place) });
    onFile();
  });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    version: MANIFEST_VERSION,
    adit: version,
    begun: new Date(begun).toISOString(),
    ended: new Date(now()).toISOString(),
    host: hostname(),
    dataFolder,
    owner: userName(statSync(dataFolder).uid),
    complete: !notCopied.some(({ isLoss }) => isLoss),
    parts: parts.map(({ name, is }) => ({ name, is })),
    sequences,
    files,
    notCopied,
  };
}

/** Tells that a step begins, and counts its files. */
function counted({ onProgress = () => {} }: BackupModules, step: string): () => void {
  let files = 0;
  onProgress(step, files);
  return () => {
    files += 1;
    onProgress(step, files);
  };
}

/** What lies in the data folder and belongs to no part: somebody might believe that a backup has it. */
async function strangers(
  dataFolder: string,
  control: string,
  parts: readonly BackupPart[],
): Promise<NotCopied[]> {
  const known = new Set(
    parts.flatMap(({ entries }) => entries.map((name) => path.resolve(dataFolder, name))),
  );
  const names = (await readdir(dataFolder)).filter((name) => !known.has(path.join(dataFolder, name)));
  return names.map((name) => {
    const place = path.join(dataFolder, name);
    const because =
      place === control ? 'the control socket of the pool' : (LEFT_OUT[name] ?? 'no data of the pool');
    return { path: place, because, isLoss: false };
  });
}

function checkPlace(dataFolder: string, to: string): void {
  if (!existsSync(dataFolder))
    throw place(`there is no data folder ${dataFolder}: no pool has run with this configuration`);
  const above = path.dirname(to);
  if (!existsSync(above)) throw place(`there is no folder ${above}: make it, or name another place`);
  if (existsSync(to)) throw place(`${to} exists already: name a new folder for each backup`);
  if (existsSync(`${to}.part`)) {
    const words = `${to}.part exists: another backup is being made there, or one was broken off; if none runs, remove it`;
    throw place(words);
  }
  const [data, real] = [realpathSync(dataFolder), realpathSync(above)];
  if (real === data || real.startsWith(`${data}${path.sep}`))
    throw place(`${to} lies in the data folder ${dataFolder}: name a folder beside it, best on another disk`);
}

async function makeDraft(draft: string): Promise<void> {
  try {
    await mkdir(draft, { mode: 0o700 });
    await makeFolder(draft);
  } catch (error) {
    throw place(`${draft} cannot be made: ${messageOf(error)}`);
  }
}

function place(words: string): AditError {
  return new AditError('ADIT_BACKUP_PLACE', words);
}

function failed(error: unknown): AditError {
  const why = typeof error === 'string' ? error : messageOf(error);
  return new AditError('ADIT_BACKUP_FAILED', `the backup was not made: ${why}`, { cause: error });
}

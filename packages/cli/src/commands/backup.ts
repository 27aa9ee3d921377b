import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { userName } from '@adit/journal';
import { AditError } from '@adit/primitives';
import { copyFile, makeFolder, syncFile } from '../backup/files.ts';
import { BOOKS_FILE } from '../backup/ledger-part.ts';
import { makeBackup } from '../backup/make-backup.ts';
import { CONFIG, type Manifest } from '../backup/manifest.ts';
import { backupParts } from '../backup/parts.ts';
import { ProgressLines } from '../backup/progress-lines.ts';
import { type Restored, restoreBackup } from '../backup/restore-backup.ts';
import { placesOf } from '../config/pool-places.ts';
import { isPostgresql } from '../config/postgresql-url.ts';
import { refuseWhereAnswered } from '../control/server.ts';
import { booksOf } from '../ledger/books-of.ts';
import { VERSION } from '../version.ts';

/** `adit backup` */
export async function runBackup(
  folder: string,
  options: { readonly config: string; readonly json: boolean },
): Promise<void> {
  const { data: dataFolder, control } = placesOf(options.config);
  const to = path.resolve(folder);
  const progress = new ProgressLines(options.json ? undefined : process.stderr);
  const manifest = await makeBackup(
    { dataFolder, configFile: options.config, control, to, version: VERSION },
    {
      parts: backupParts(booksOf(options.config)),
      now: Date.now,
      onProgress: (step, files) => progress.at(step, files),
    },
  );
  process.stdout.write(options.json ? `${JSON.stringify(manifest)}\n` : backupText(to, manifest));
  const lost = manifest.notCopied.filter(({ isLoss }) => isLoss);
  if (lost.length === 0) return;
  const words = lost.map(({ path: file, because }) => `${file}: ${because}`).join('; ');
  throw new AditError('ADIT_BACKUP_FAILED', `the backup was made, but it is not complete: ${words}`);
}

/** `adit restore` */
export async function runRestore(
  folder: string,
  options: { readonly data?: string; readonly config: string; readonly json: boolean },
): Promise<void> {
  const from = path.resolve(folder);
  const dataFolder = await wantedFolder(options);
  const inFolder = path.join(dataFolder, BOOKS_FILE);
  const books = booksWanted(options) ?? inFolder;
  if (books !== inFolder && existsSync(books))
    throw new AditError('ADIT_BACKUP_PLACE', `there are books at ${books} already: move them away first`);
  const parts = backupParts({ kind: 'sqlite', file: inFolder });
  const restored = await restoreBackup({ from, dataFolder }, { parts, now: Date.now });
  if (books !== inFolder && existsSync(inFolder)) await moveBooks(inFolder, books);
  const advice = ownerAdvice(dataFolder, restored);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ dataFolder, changes: restored.changes, ownership: advice ?? null, manifest: restored.manifest })}\n`
      : restoreText(from, dataFolder, restored, advice),
  );
}

/** The file of the books that a configuration names; undefined where none is read, or where they are in PostgreSQL. */
function booksWanted(options: { readonly data?: string; readonly config: string }): string | undefined {
  if (options.data !== undefined) return undefined;
  const books = booksOf(options.config);
  return books.kind === 'sqlite' ? books.file : undefined;
}

/** Books may lie on another disk than the data folder. A crash leaves them in one place or in both. */
async function moveBooks(from: string, to: string): Promise<void> {
  if (!existsSync(path.dirname(to))) await makeFolder(path.dirname(to));
  await copyFile(from, to);
  await syncFile(to);
  await syncFile(path.dirname(to));
  await rm(from);
}

async function wantedFolder(options: { readonly data?: string; readonly config: string }): Promise<string> {
  if (options.data !== undefined) return path.resolve(options.data);
  const { data, control } = placesOf(options.config);
  await refuseWhereAnswered(control);
  return data;
}

function backupText(to: string, manifest: Manifest): string {
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const lines = [
    `${to}: ${manifest.files.length} files, ${bytes} bytes, ${Object.keys(manifest.sequences).length} journals`,
    ...manifest.notCopied.map(({ path: file, because }) => `  not in it: ${file} (${because})`),
    'It holds the key of the nonce1 leases, and the names of accounts: keep it as private as the pool itself.',
  ];
  return `${lines.join('\n')}\n`;
}

function restoreText(
  from: string,
  dataFolder: string,
  { manifest, changes }: Restored,
  advice: string | undefined,
): string {
  const config = path.join(from, CONFIG);
  const names = existsSync(config) ? readdirSync(config).join(', ') : '';
  const lines = [
    `${dataFolder} is as it was on ${manifest.host} at ${manifest.begun} (Adit ${manifest.adit})`,
    ...changes.map((change) => `  ${change}`),
    ...manifest.notCopied
      .filter(({ path: place }) => isPostgresql(place))
      .map(
        ({ path: place }) => `  the books are in PostgreSQL, and not in this backup: ${restoreLine(place)}`,
      ),
    ...(manifest.complete
      ? []
      : ['  warning: that backup was not complete; its manifest says what is missing']),
    ...(advice === undefined ? [] : [advice]),
    `The configuration is in ${config} (${names}); secrets are not: docs/operating/backup.md`,
  ];
  return `${lines.join('\n')}\n`;
}

/** How books come back to PostgreSQL. The ledger sees that its tables are other ones, and holds payouts by itself. */
function restoreLine(place: string): string {
  return `\`pg_restore --dbname="${place}" ledger.dump\` brings them back into an empty database; the ledger then holds all payouts`;
}

/** Says who should own the restored files, where the user of the pool may be another one than ours. */
function ownerAdvice(dataFolder: string, { manifest, uid, folderUid }: Restored): string | undefined {
  const now = userName(uid);
  const wanted = uid === folderUid ? manifest.owner : userName(folderUid);
  if (uid !== 0 && now === wanted) return undefined;
  const user = wanted === 'root' ? 'USER' : wanted;
  return `These files are owned by ${now}. If the pool runs as another user, before it starts: chown -R ${user} ${dataFolder}`;
}

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DatedFile, DiskRequest } from './disk-request.ts';

/** Carries out a request, and waits for the disk. @returns see `DiskResults` @throws errors of the file system */
export function carryOut(request: DiskRequest): unknown {
  switch (request.kind) {
    case 'make_folder':
      return void mkdirSync(request.folder, { recursive: true, mode: 0o700 });
    case 'list':
      return readdirSync(request.folder);
    case 'list_dated':
      return listDated(request.folder);
    case 'read':
      return readFileSync(request.file, 'utf8');
    case 'write_first':
      return writeFirst(request.folder, request.name, request.text);
    case 'write_synced':
      return writeSynced(request.file, request.text, request.mode);
    case 'sync_folder':
      return syncFolder(request.folder);
    case 'rename':
      return renameSync(request.from, request.to);
    case 'remove':
      return rmSync(request.file, { force: true });
  }
}

function listDated(folder: string): DatedFile[] {
  return readdirSync(folder).flatMap((name) => {
    const entry = statSync(join(folder, name), { throwIfNoEntry: false });
    return entry?.isFile() === true ? { name, at: entry.mtimeMs } : [];
  });
}

/** The text is written under another name first, so that a process that sees the file sees all of it. */
function writeFirst(folder: string, name: string, text: string): boolean {
  const draft = join(folder, `.${name.slice(0, 16)}-${randomBytes(8).toString('hex')}`);
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
    linkSync(draft, join(folder, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    removeQuietly(draft);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A later look removes drafts that were left behind.
  }
}

function writeSynced(file: string, text: string, mode: number): void {
  const descriptor = openSync(file, 'w', mode);
  try {
    // The umask of the process may have removed bits from the mode.
    fchmodSync(descriptor, mode);
    // It writes all or throws. A single `write` may stop half-way on a disk that is nearly full.
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

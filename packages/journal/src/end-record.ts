import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { JournalEnd } from './journal-schema.ts';
import { type FileAccess, makePrivateFile } from './private-files.ts';

/**
 * Beside each journal lies a small file, `<journal>.end`, which is written in full when the journal begins. Where the
 * journal fails and no new journal can be made (a full disk), its process says in that place which row was the last one
 * that counts. That needs neither a new file nor space. The next journal takes the record over, and removes it.
 */
const END = '.end';
/** Enough for the record, and so short that it is written whole: it lies in one sector of the disk. */
const RECORD_BYTES = 128;
const REASON = 'recorded in place, since no new journal could be made';

/** Makes the place for the record of a journal. @throws errors of the file system */
export function reserveEnd(journal: string, access: FileAccess): void {
  makePrivateFile(journal + END, access);
  const fd = openSync(journal + END, 'r+');
  try {
    writeSync(fd, Buffer.alloc(RECORD_BYTES, ' '), 0, RECORD_BYTES, 0);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Says in the reserved place where a journal ends. As soon as this returns, a process that is killed leaves the record.
 * @param isUrgent a sync may hang, so none is made
 * @throws errors of the file system; then nothing is said
 */
export function recordEnd(journal: string, { lastSequence }: JournalEnd, isUrgent: boolean): void {
  const fd = openSync(journal + END, 'r+');
  try {
    const text = JSON.stringify({ lastSequence }).padEnd(RECORD_BYTES);
    if (writeSync(fd, Buffer.from(text), 0, RECORD_BYTES, 0) !== RECORD_BYTES)
      throw new Error(`${journal}${END} cannot be written in full`);
    if (!isUrgent) syncQuietly(fd);
  } finally {
    closeSync(fd);
  }
}

/** Where a journal ends according to its record; undefined without one. */
export function recordedEnd(journal: string): JournalEnd | undefined {
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(journal + END, 'utf8'));
  } catch {
    // There is no such file, or nothing is recorded in it.
    return undefined;
  }
  const { lastSequence } = (record ?? {}) as { readonly lastSequence?: unknown };
  if (typeof lastSequence !== 'number' || !Number.isSafeInteger(lastSequence) || lastSequence < 0)
    return undefined;
  return { instance: path.basename(journal, '.db'), lastSequence, reason: REASON };
}

/** All records in a folder. @throws errors of the file system */
export function recordedEnds(folder: string): JournalEnd[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(`.db${END}`));
  return names.flatMap((name) => recordedEnd(path.join(folder, name.slice(0, -END.length))) ?? []);
}

/** To be called when another place says where the journal ends. */
export function removeEnd(journal: string): void {
  rmSync(journal + END, { force: true });
}

function syncQuietly(fd: number): void {
  try {
    fdatasyncSync(fd);
  } catch {
    // The record holds all the same while the machine runs. A power cut may lose it.
  }
}

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { messageOf } from '@adit/primitives';
import type { JournalEnd } from './journal-schema.ts';
import { type FileAccess, makePrivateFile } from './private-files.ts';

/**
 * Beside each journal lies a small file, `<journal>.end`, which is written in full when the journal begins. Where the
 * journal fails and no new journal can be made (a full disk), its process says in that place which row was the last one
 * that counts. That needs neither a new file nor space. The next journal takes the record over, and removes it after its
 * own first commit: until then its file may be removed as unused.
 */
const END = '.end';
/** Enough for the record, and so short that it is written whole: it lies in one sector of the disk. */
const RECORD_BYTES = 128;
/** A longer file is not a record. */
const MAX_READ_BYTES = 4_096;
/** A file system may show zeros where a write was lost in a power cut. */
const BLANK = /^[\s\0]*$/;
const REASON = 'recorded in place, since no new journal could be made';

/** The file in which a journal's end is recorded in place. */
export function endRecordOf(journal: string): string {
  return journal + END;
}

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
export function recordEnd(journal: string, { instance, lastSequence }: JournalEnd, isUrgent: boolean): void {
  const record = Buffer.alloc(RECORD_BYTES, ' ');
  const text = JSON.stringify({ instance, lastSequence });
  // A name that does not fit is left out: then the record counts for the journal beside it.
  const isShort = Buffer.byteLength(text) <= RECORD_BYTES;
  record.write(isShort ? text : JSON.stringify({ lastSequence }));
  const fd = openSync(journal + END, 'r+');
  try {
    if (writeSync(fd, record, 0, RECORD_BYTES, 0) !== RECORD_BYTES)
      throw new Error(`${journal}${END} cannot be written in full`);
    if (!isUrgent) syncQuietly(fd);
  } finally {
    closeSync(fd);
  }
}

/** What a record says. A record of an older version does not name its instance. */
export type EndRecord =
  | { readonly kind: 'blank' }
  | { readonly kind: 'end'; readonly instance: string | undefined; readonly lastSequence: number }
  /** Nobody knows what it says. */
  | { readonly kind: 'fault'; readonly fault: string };

/** Reads the record beside a journal. A record that is missing, or in which nothing was written, is blank. */
export function readEndRecord(journal: string): EndRecord {
  const file = journal + END;
  try {
    const found = statSync(file);
    // Reading a pipe would wait for ever.
    if (!found.isFile() || found.size > MAX_READ_BYTES) return garbage(file);
    const text = readFileSync(file, 'utf8');
    return BLANK.test(text) ? { kind: 'blank' } : parsed(file, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'blank' };
    return {
      kind: 'fault',
      fault: `${file} cannot be read, so rows that were refused may count: ${messageOf(error)}`,
    };
  }
}

/** The journals of a folder that have a record beside them, or had one before they were moved. @throws errors of the file system */
export function journalsWithRecord(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(`.db${END}`));
  return names.map((name) => path.join(folder, name.slice(0, -END.length)));
}

/** The end that a record says of an instance. */
export function recordedEndOf(instance: string, lastSequence: number): JournalEnd {
  return { instance, lastSequence, reason: REASON };
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

function parsed(file: string, text: string): EndRecord {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return garbage(file);
  }
  const { instance, lastSequence } = (record ?? {}) as Readonly<Record<string, unknown>>;
  const isSequence =
    typeof lastSequence === 'number' && Number.isSafeInteger(lastSequence) && lastSequence >= 0;
  const isName = instance === undefined || (typeof instance === 'string' && instance !== '');
  return isSequence && isName ? { kind: 'end', instance, lastSequence } : garbage(file);
}

function garbage(file: string): EndRecord {
  const fault = `${file} does not say where its journal ends, so rows that were refused may count: bring it back from a copy, or remove it if there is none`;
  return { kind: 'fault', fault };
}

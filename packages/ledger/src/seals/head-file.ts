import { closeSync, constants, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AditError, messageOf } from '@adit/primitives';
import type { SealHead } from './seal-store.ts';

/**
 * The newest row of the log of seals, in a file beside the books: an editor of the database does not reach it. It may be older than the
 * books, after a crash, and is never newer.
 */
export class HeadFile {
  readonly #file: string;

  /** @param file path; nobody but the user of this process may read it */
  constructor(file: string) {
    this.#file = file;
  }

  /** @returns undefined where there is no file. @throws AditError `ADIT_LEDGER_DAMAGED` for a file with something else in it */
  read(): SealHead | undefined {
    let text: string;
    try {
      text = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw damaged(this.#file, messageOf(error));
    }
    const [, number, hash] = /^([0-9]{1,15}) ([0-9a-f]{64})\n$/.exec(text) ?? [];
    if (number === undefined || hash === undefined) throw damaged(this.#file, 'it has something else in it');
    return { number: Number(number), hash };
  }

  /** Puts a head in the place of the one before. When it returns, the disk has it. @throws errors of the file system */
  write({ number, hash }: SealHead): void {
    const draft = `${this.#file}.new`;
    const descriptor = openSync(draft, 'w', constants.S_IRUSR | constants.S_IWUSR);
    try {
      writeFileSync(descriptor, `${number} ${hash}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(draft, this.#file);
    const folder = openSync(path.dirname(this.#file), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}

function damaged(file: string, why: string): AditError {
  return new AditError('ADIT_LEDGER_DAMAGED', `${file} cannot be read: ${why}`);
}

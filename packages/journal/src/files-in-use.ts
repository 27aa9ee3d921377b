import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { AditError } from '@adit/primitives';

interface Place {
  readonly file: string;
  readonly device: number;
  readonly inode: number;
  /** It has never been smaller since. */
  size: number;
}

// SQLite's log (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): a header, then frames, each a header and a
// page. All numbers are big-endian.
const HEADER_BYTES = 32;
const PAGE_SIZE_AT = 8;
/** How often the log has begun anew. */
const ROUND_AT = 12;
/** Two words that each frame of this round repeats; the first one counts up with the rounds. */
const SALTS_AT = 16;
const SALTS_BYTES = 8;
const FRAME_HEADER_BYTES = 24;
/** Pages of the database after a commit; 0 in all frames of a commit but its last one. */
const FRAME_COMMIT_AT = 4;
const FRAME_SALTS_AT = 8;

/**
 * The three files of a journal that is being written. SQLite has them open and would go on in a file that has no name any
 * more, or behind a hole that somebody made, without a word: all that was kept there is gone with the process.
 *
 * So before and after each commit this looks whether all of them are where and what they were: nothing was moved,
 * replaced or cut, the log has the header that our own process gave it, the end of the last commit stands where it stood,
 * and the new commit follows it.
 */
export class FilesInUse {
  readonly #database: Place;
  readonly #log: Place;
  readonly #index: Place;
  /** SQLite locks nothing in the log, so that it may be opened, and closed, beside it. */
  readonly #descriptor: number;
  /** As it was after the last commit; empty before the first one. */
  #header: Buffer = Buffer.alloc(0);
  /** Of the last frame of the last commit. */
  #lastFrame: Buffer = Buffer.alloc(0);
  /** Where the next frame belongs. */
  #end = 0;

  /** @param file of the journal; the log and its index are there already */
  constructor(file: string) {
    this.#database = placeOf(file);
    this.#log = placeOf(`${file}-wal`);
    this.#index = placeOf(`${file}-shm`);
    this.#descriptor = openSync(this.#log.file, 'r');
  }

  /** @throws AditError `ADIT_JOURNAL_GONE` where they are not what the last commit left */
  check(): void {
    for (const place of [this.#database, this.#log, this.#index]) checkPlace(place);
    if (!this.#read(0, this.#header.length).equals(this.#header)) throw this.#overwritten();
    this.#checkLastFrame();
  }

  /**
   * After a commit.
   * @param wrote whether it had anything to write
   * @throws AditError `ADIT_JOURNAL_GONE` where it does not lie in the log as a whole, behind the one before it
   */
  committed(wrote: boolean): void {
    for (const place of [this.#database, this.#log, this.#index]) checkPlace(place);
    if (wrote) this.#follow();
    this.check();
    this.#database.size = statSync(this.#database.file).size;
    this.#index.size = statSync(this.#index.file).size;
  }

  /** To be called before the database is closed, whatever has become of the files. */
  mendIndex(): void {
    const found = statSync(this.#index.file, { throwIfNoEntry: false });
    // SQLite has it mapped: to touch a part of it that was cut off would end the process. It makes a new one of zeros.
    if (found !== undefined && isIn(found, this.#index) && found.size < this.#index.size)
      truncateSync(this.#index.file, this.#index.size);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Goes along the frames of the newest commit. */
  #follow(): void {
    const header = this.#read(0, HEADER_BYTES);
    if (!header.equals(this.#header)) {
      if (!isSuccessor(header, this.#header)) throw this.#overwritten();
      // All that lay in the log is in the database: it began anew.
      this.#end = HEADER_BYTES;
    } else {
      this.#checkLastFrame();
    }
    const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(PAGE_SIZE_AT);
    const salts = header.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES);
    let last: Buffer | undefined;
    for (let at = this.#end; ; at += frameBytes) {
      const frame = this.#read(at, FRAME_HEADER_BYTES);
      if (!frame.subarray(FRAME_SALTS_AT, FRAME_SALTS_AT + SALTS_BYTES).equals(salts)) break;
      last = frame;
      this.#end = at + frameBytes;
    }
    const isWhole = last !== undefined && last.readUInt32BE(FRAME_COMMIT_AT) > 0;
    if (last === undefined || !isWhole || fstatSync(this.#descriptor).size < this.#end)
      throw this.#overwritten();
    this.#header = header;
    this.#lastFrame = last;
    this.#log.size = this.#end;
  }

  #checkLastFrame(): void {
    if (this.#lastFrame.length === 0) return;
    const at = this.#end - FRAME_HEADER_BYTES - this.#header.readUInt32BE(PAGE_SIZE_AT);
    if (!this.#read(at, FRAME_HEADER_BYTES).equals(this.#lastFrame)) throw this.#overwritten();
  }

  /** What is there of it, at most `length` bytes. */
  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, at));
  }

  #overwritten(): AditError {
    return gone(this.#log.file, 'overwritten or emptied');
  }
}

/** Another header is ours only where a round has ended, or where there was none. */
function isSuccessor(header: Buffer, before: Buffer): boolean {
  if (header.length < HEADER_BYTES) return false;
  if (before.length === 0) return true;
  return (
    header.subarray(0, ROUND_AT).equals(before.subarray(0, ROUND_AT)) &&
    header.readUInt32BE(ROUND_AT) === (before.readUInt32BE(ROUND_AT) + 1) >>> 0 &&
    header.readUInt32BE(SALTS_AT) === (before.readUInt32BE(SALTS_AT) + 1) >>> 0
  );
}

function placeOf(file: string): Place {
  const { dev, ino, size } = statSync(file);
  return { file, device: dev, inode: ino, size };
}

function isIn(found: { readonly dev: number; readonly ino: number }, place: Place): boolean {
  return found.ino === place.inode && found.dev === place.device;
}

function checkPlace(place: Place): void {
  const found = statSync(place.file, { throwIfNoEntry: false });
  if (found === undefined || !isIn(found, place)) throw gone(place.file, 'moved, replaced or deleted');
  if (found.size < place.size) throw gone(place.file, found.size === 0 ? 'emptied' : 'cut');
}

function gone(file: string, what: string): AditError {
  return new AditError('ADIT_JOURNAL_GONE', `${file} was ${what} while it was in use`);
}

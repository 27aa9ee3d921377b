import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { AditError } from '@adit/primitives';

interface Place {
  readonly file: string;
  readonly device: number;
  readonly inode: number;
  /** Bytes at the last check: the file never becomes smaller than this while our process uses it. */
  size: number;
}

// SQLite's log (https://www.sqlite.org/fileformat2.html#the_write_ahead_log) has a header, then frames. Each frame has
// a header and a page. All numbers are big-endian.
const HEADER_BYTES = 32;
const PAGE_SIZE_AT = 8;
/** Offset of the count of rounds: SQLite begins a new round when it starts to write at the front of the log again. */
const ROUND_AT = 12;
/** Offset of two words that each frame of this round repeats. The first one counts up with the rounds. */
const SALTS_AT = 16;
const SALTS_BYTES = 8;
const FRAME_HEADER_BYTES = 24;
/** Offset of the number of pages after a commit. All frames of a commit except the last one have 0 there. */
const FRAME_COMMIT_AT = 4;
const FRAME_SALTS_AT = 8;

/**
 * The three files of the journal that this process writes. SQLite keeps them open, and would go on without an error in
 * a file that was deleted, or behind a hole that somebody cut into it. All shares there would be lost with the process.
 *
 * So this class checks all three before and after each commit: nobody has moved, replaced or cut them, the log has the
 * header that our process gave it, the last commit still ends where it ended, and the new commit follows it.
 */
export class FilesInUse {
  readonly #database: Place;
  readonly #log: Place;
  readonly #index: Place;
  /** SQLite holds no locks on the log itself, so closing this descriptor cannot release one (POSIX would do so). */
  readonly #descriptor: number;
  /** Header of the log after the last commit; empty before the first one. */
  #header: Buffer = Buffer.alloc(0);
  /** Header of the last frame of the last commit. */
  #lastFrame: Buffer = Buffer.alloc(0);
  /** Offset at which the next frame belongs. */
  #end = 0;

  /** @param file path of the journal, whose log and index must exist already */
  constructor(file: string) {
    this.#database = placeOf(file);
    this.#log = placeOf(`${file}-wal`);
    this.#index = placeOf(`${file}-shm`);
    this.#descriptor = openSync(this.#log.file, 'r');
  }

  /** @throws AditError `ADIT_JOURNAL_GONE` if the files are not as the last commit left them */
  check(): void {
    for (const place of [this.#database, this.#log, this.#index]) checkPlace(place);
    if (!this.#read(0, this.#header.length).equals(this.#header)) throw this.#overwritten();
    this.#checkLastFrame();
  }

  /**
   * Checks a commit that SQLite has just made.
   * @param wrote whether the commit had anything to write
   * @throws AditError `ADIT_JOURNAL_GONE` if the log does not have the whole commit behind the one before it
   */
  committed(wrote: boolean): void {
    for (const place of [this.#database, this.#log, this.#index]) checkPlace(place);
    if (wrote) this.#follow();
    this.check();
    this.#database.size = statSync(this.#database.file).size;
    this.#index.size = statSync(this.#index.file).size;
  }

  /** Call it before closing the database, whatever happened to the files. */
  mendIndex(): void {
    const found = statSync(this.#index.file, { throwIfNoEntry: false });
    // SQLite has the index in mapped memory: an access to a part that was cut off would end the process. From an index
    // of zeros it makes a new one.
    if (found !== undefined && isIn(found, this.#index) && found.size < this.#index.size)
      truncateSync(this.#index.file, this.#index.size);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Walks over the frames of the newest commit. */
  #follow(): void {
    const header = this.#read(0, HEADER_BYTES);
    if (!header.equals(this.#header)) {
      if (!isSuccessor(header, this.#header)) throw this.#overwritten();
      // SQLite has copied the whole log to the database, and writes at its front again.
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

  /** Reads up to `length` bytes; fewer at the end of the log. */
  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(this.#descriptor, bytes, 0, length, at));
  }

  #overwritten(): AditError {
    return gone(this.#log.file, 'overwritten or emptied');
  }
}

/** Whether a changed header is the one of the next round, or the first one of the log. */
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

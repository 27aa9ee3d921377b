import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import type { Disk } from '../disk/disk-request.ts';
import { DiskThread } from '../disk/disk-thread.ts';
import type { BlockOwner } from './block-owner.ts';
import type { Candidate } from './candidate.ts';
import { LeftBehind } from './left-behind.ts';

export type { Candidate } from './candidate.ts';

type Kind = 'save' | 'finish' | 'forget';

/** The newest change that was asked for one file. */
interface Write {
  kind: Kind;
  candidate: Candidate;
  readonly done: PromiseWithResolvers<void>;
}

/** As many as the candidates that are followed at once. A disk that is further behind will not catch up. */
const MAX_WAITING = 4096;
/** Files that are written before the folder is synced once for all of them. */
const BATCH = 16;

/**
 * Candidates as files in `blocks/`, for the next start. A block never waits for the disk: files are written beside its
 * hand-in, one at a time and in a thread of their own, so that a disk that hangs delays nothing else. Changes to one candidate happen in order. Of several changes that wait, only the newest
 * is carried out.
 */
export class CandidateStore {
  readonly #folder: string;
  readonly #disk: Disk;
  /** By file name, in the order of the first change. */
  readonly #waiting = new Map<string, Write>();
  #busy = false;
  readonly #fileMode: number;
  readonly #owner: string | undefined;
  readonly #leftBehind: LeftBehind;
  /** Names of the files whose candidates this process follows. As many as those, and those that wait to be written. */
  readonly #ours = new Set<string>();
  #lastLook: Promise<unknown> = Promise.resolve();

  /** @param owner this process; left out where no other process uses the folder */
  constructor(
    dataFolder: string,
    fileMode = 0o600,
    owner?: Pick<BlockOwner, 'name' | 'others'>,
    disk: Disk = new DiskThread(),
  ) {
    this.#disk = disk;
    this.#fileMode = fileMode;
    this.#owner = owner?.name;
    this.#folder = path.join(dataFolder, 'blocks');
    mkdirSync(path.join(this.#folder, 'done'), { recursive: true });
    this.#leftBehind = new LeftBehind(this.#folder, {
      owner,
      disk,
      isOurs: (name) => this.#ours.has(name),
    });
  }

  /** Writes a candidate. Resolves when it would survive a power cut. @throws `ADIT_DISK_BEHIND`, and disk errors */
  save(candidate: Candidate): Promise<void> {
    return this.#want('save', candidate);
  }

  /** Moves a candidate whose fate is known to `blocks/done`, where operators may look at it. @throws as `save` */
  finish(candidate: Candidate): Promise<void> {
    return this.#want('finish', candidate);
  }

  /** Removes a candidate that need not be kept. @throws as `save` */
  forget(candidate: Candidate): Promise<void> {
    return this.#want('forget', candidate);
  }

  /** Writes to disk that this process follows the candidate now. @throws as `save` */
  async claim(candidate: Candidate): Promise<void> {
    if (this.#owner !== undefined) await this.#want('save', candidate);
  }

  /**
   * The unfinished candidates of processes that have ended, each once. A file that cannot be read is renamed, not lost.
   * @throws AditError `ADIT_BLOCK_OWNERS`; disk errors
   */
  unfinished(onBad: (file: string) => void): Promise<Candidate[]> {
    const look = async () => {
      const found = await this.#leftBehind.look(onBad);
      for (const { name } of found) this.#ours.add(name);
      return found.map(({ candidate }) => candidate);
    };
    const result = this.#lastLook.then(look);
    this.#lastLook = result.catch(() => {});
    return result;
  }

  #want(kind: Kind, candidate: Candidate): Promise<void> {
    const name = nameOf(candidate);
    const waiting = this.#waiting.get(name);
    if (waiting !== undefined) {
      waiting.kind = kind;
      waiting.candidate = candidate;
      return waiting.done.promise;
    }
    if (this.#waiting.size >= MAX_WAITING && !this.#makeRoom(candidate)) return Promise.reject(behind());
    const write = { kind, candidate, done: Promise.withResolvers<void>() };
    this.#waiting.set(name, write);
    this.#ours.add(name);
    if (!this.#busy) {
      this.#busy = true;
      // Later, because the caller has a block to hand in first.
      setImmediate(() => void this.#work());
    }
    return write.done.promise;
  }

  /** A block takes the place of a fruit; never the other way round. */
  #makeRoom({ what }: Candidate): boolean {
    if (what === 'fruit') return false;
    for (const [name, { candidate, done }] of this.#waiting) {
      if (candidate.what !== 'fruit') continue;
      this.#waiting.delete(name);
      this.#ours.delete(name);
      done.reject(behind());
      return true;
    }
    return false;
  }

  async #work(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = this.#take();
      const written: Write[] = [];
      for (const write of batch) {
        try {
          await this.#carryOut(write);
          written.push(write);
        } catch (error) {
          // A later look may find what is on disk.
          this.#ours.delete(nameOf(write.candidate));
          write.done.reject(error);
        }
      }
      try {
        // The names must be on disk too, or the files are lost in a power cut.
        if (written.length > 0) await this.#disk.ask({ kind: 'sync_folder', folder: this.#folder });
        for (const { done } of written) done.resolve();
      } catch (error) {
        for (const { done } of written) done.reject(error);
      }
    }
    this.#busy = false;
  }

  /** The next few, blocks before fruits. */
  #take(): Write[] {
    const all = [...this.#waiting];
    const isBlock = ([, { candidate }]: (typeof all)[number]): boolean => candidate.what === 'block';
    const next = [...all.filter(isBlock), ...all.filter((item) => !isBlock(item))].slice(0, BATCH);
    for (const [name] of next) this.#waiting.delete(name);
    return next.map(([, write]) => write);
  }

  async #carryOut({ kind, candidate }: Write): Promise<void> {
    const file = path.join(this.#folder, nameOf(candidate));
    if (kind === 'save') return this.#replace(file, file, candidate);
    if (kind === 'finish')
      await this.#replace(file, path.join(this.#folder, 'done', nameOf(candidate)), candidate);
    await this.#disk.ask({ kind: 'remove', file });
    // A candidate that was found again during the write stays ours.
    if (!this.#waiting.has(nameOf(candidate))) this.#ours.delete(nameOf(candidate));
  }

  async #replace(file: string, target: string, candidate: Candidate): Promise<void> {
    const owner = this.#owner;
    const content = target === file && owner !== undefined ? { ...candidate, owner } : candidate;
    const text = `${JSON.stringify(content, null, 1)}\n`;
    // Two processes may write one file, so each has its own draft.
    const temporary = owner === undefined ? `${file}.tmp` : `${file}.${owner}.tmp`;
    const write = () => this.#disk.ask({ kind: 'write_synced', file: temporary, text, mode: this.#fileMode });
    const rename = () => this.#disk.ask({ kind: 'rename', from: temporary, to: target });
    await write();
    try {
      await rename();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // A process of an older version started on this folder just now, and removed the draft as a leftover.
      await write();
      await rename();
    }
  }
}

function nameOf({ chain, id }: Candidate): string {
  return `${chain}-${id}.json`.replace(/[^a-zA-Z0-9._-]/g, '_');
}

function behind(): AditError {
  return new AditError('ADIT_DISK_BEHIND', `the disk is ${MAX_WAITING} files behind: give it a faster one`);
}

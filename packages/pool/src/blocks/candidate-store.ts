import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import { type Candidate, isCandidate } from './candidate.ts';

export type { Candidate } from './candidate.ts';

type Kind = 'save' | 'finish' | 'forget';

/** What is to become of one file: the newest wish. */
interface Write {
  kind: Kind;
  candidate: Candidate;
  readonly done: PromiseWithResolvers<void>;
}

/** As many as are followed at once; a disk that is further behind will not catch up. */
const MAX_WAITING = 4096;
/** Files for which the folder is synced once. */
const BATCH = 16;

/**
 * Candidates as files below `blocks/`, for the next start. The disk is the second line of defence, and never on the
 * way of a block: everything is written beside, one file at a time, so that a disk of which each sync takes seconds
 * holds up neither the main thread nor the few threads that all file access shares. What happens to one candidate
 * happens in order; of several wishes that wait only the newest is carried out.
 */
export class CandidateStore {
  readonly #folder: string;
  /** By file name, in the order of the first wish. */
  readonly #waiting = new Map<string, Write>();
  #busy = false;
  readonly #fileMode: number;

  constructor(dataFolder: string, fileMode = 0o600) {
    this.#fileMode = fileMode;
    this.#folder = path.join(dataFolder, 'blocks');
    mkdirSync(path.join(this.#folder, 'done'), { recursive: true });
  }

  /** Writes or replaces. Resolves when it would survive a power cut. @throws AditError `ADIT_DISK_BEHIND`; of the disk */
  save(candidate: Candidate): Promise<void> {
    return this.#want('save', candidate);
  }

  /** Its fate is known: it moves to `blocks/done`, where an operator may look at it or delete it. @throws as `save` */
  finish(candidate: Candidate): Promise<void> {
    return this.#want('finish', candidate);
  }

  /** It need not be kept at all. @throws as `save` */
  forget(candidate: Candidate): Promise<void> {
    return this.#want('forget', candidate);
  }

  /**
   * What an earlier process left unfinished. A file that cannot be read is set aside, not lost. Reads at once: to be
   * called at the start, when nobody waits.
   */
  unfinished(onBad: (file: string) => void): Candidate[] {
    const candidates: Candidate[] = [];
    for (const name of readdirSync(this.#folder)) {
      const file = path.join(this.#folder, name);
      if (name.endsWith('.tmp')) rmSync(file, { force: true });
      if (!name.endsWith('.json')) continue;
      try {
        const candidate: unknown = JSON.parse(readFileSync(file, 'utf8'));
        if (!isCandidate(candidate)) throw new Error('it is no candidate');
        candidates.push(candidate);
      } catch {
        renameSync(file, `${file}.unreadable`);
        onBad(file);
      }
    }
    return candidates;
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
    if (!this.#busy) {
      this.#busy = true;
      // Not at once: what sent us here has a block to hand in first.
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
          write.done.reject(error);
        }
      }
      try {
        // The names must be on disk too, or a power cut takes the files with it.
        if (written.length > 0) await syncFolder(this.#folder);
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
    if (kind === 'forget') return rm(file, { force: true });
    if (kind === 'save') return this.#replace(file, file, candidate);
    await this.#replace(file, path.join(this.#folder, 'done', nameOf(candidate)), candidate);
    await rm(file, { force: true });
  }

  async #replace(file: string, target: string, candidate: Candidate): Promise<void> {
    const temporary = `${file}.tmp`;
    await writeSynced(temporary, candidate, this.#fileMode);
    try {
      await rename(temporary, target);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // A process that has just started on this folder took it for a leftover.
      await writeSynced(temporary, candidate, this.#fileMode);
      await rename(temporary, target);
    }
  }
}

async function writeSynced(file: string, candidate: Candidate, mode: number): Promise<void> {
  const handle = await open(file, 'w', mode);
  try {
    // Whatever the process' own mask takes away.
    await handle.chmod(mode);
    // All of it or an error: a plain write may stop half-way on a disk that is nearly full.
    await handle.writeFile(`${JSON.stringify(candidate, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function nameOf({ chain, id }: Candidate): string {
  return `${chain}-${id}.json`.replace(/[^a-zA-Z0-9._-]/g, '_');
}

function behind(): AditError {
  return new AditError('ADIT_DISK_BEHIND', `the disk is ${MAX_WAITING} files behind: give it a faster one`);
}

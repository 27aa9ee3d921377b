import path from 'node:path';
import type { Disk } from '../disk/disk-request.ts';
import type { BlockOwner } from './block-owner.ts';
import { type Candidate, isCandidate } from './candidate.ts';

export interface LeftBehindModules {
  /** Undefined where no other process uses the folder, as in tests. */
  readonly owner: Pick<BlockOwner, 'name' | 'others'> | undefined;
  /** Whether this process follows the candidate of this file, or has followed it and given it up. */
  readonly isOurs: (name: string) => boolean;
  readonly disk: Disk;
}

export interface Found {
  readonly name: string;
  readonly candidate: Candidate;
}

interface Stray extends Found {
  readonly owner: string | undefined;
}

/** Most files that are read in one look: as many as can be followed. The next look reads the rest. */
const MAX_READ = 4096;

/**
 * Finds the candidates in `blocks/` that no process follows: those of processes that have ended, and those of versions
 * that did not write an owner. Candidates of a living process are left to it, so that no process overwrites what
 * another one learnt. Where nothing is new, a look only costs a list of names. It never blocks the main thread.
 */
export class LeftBehind {
  readonly #folder: string;
  readonly #modules: LeftBehindModules;
  /** Names of the files of other processes, with their owners: as many as those processes follow. */
  #others = new Map<string, string>();

  constructor(folder: string, modules: LeftBehindModules) {
    this.#folder = folder;
    this.#modules = modules;
  }

  /**
   * A file that cannot be read is renamed, not lost.
   * @returns the candidates, blocks before fruits
   * @throws AditError `ADIT_BLOCK_OWNERS`; disk errors
   */
  async look(onBad: (file: string) => void): Promise<Found[]> {
    const { isOurs, disk } = this.#modules;
    const all = await disk.ask({ kind: 'list', folder: this.#folder });
    const names = all.filter((name) => name.endsWith('.json') && !isOurs(name));
    this.#others = new Map([...this.#others].filter(([name]) => names.includes(name)));
    const isNew = (name: string) => !this.#others.has(name);
    const strays: Stray[] = [];
    for (const name of names.filter(isNew).slice(0, MAX_READ))
      strays.push(...(await this.#read(name, onBad)));
    const living = await this.#livingOf(all, strays);
    await this.#clear(all, living);
    const found = strays.filter(({ name, owner }) => !this.#isLeftTo(name, owner, living));
    for (const [name, owner] of [...this.#others]) {
      if (living.has(owner)) continue;
      this.#others.delete(name);
      // The file is read again: its owner may have changed it last, or another process may have taken it over.
      for (const stray of await this.#read(name, onBad))
        if (!this.#isLeftTo(name, stray.owner, living)) found.push(stray);
    }
    return found.toSorted(
      (a, b) => Number(a.candidate.what === 'fruit') - Number(b.candidate.what === 'fruit'),
    );
  }

  #isLeftTo(name: string, owner: string | undefined, living: ReadonlySet<string>): boolean {
    if (owner === undefined || !living.has(owner)) return false;
    this.#others.set(name, owner);
    return true;
  }

  /** The living owners. Looks for them only if some file or draft may belong to another process. */
  async #livingOf(all: readonly string[], strays: readonly Stray[]): Promise<ReadonlySet<string>> {
    const { owner } = this.#modules;
    const isForeign = strays.some((stray) => stray.owner !== undefined && stray.owner !== owner?.name);
    const isAsked = isForeign || this.#others.size > 0 || all.some((name) => draftOf(name) !== undefined);
    return owner === undefined || !isAsked ? new Set() : await owner.others();
  }

  /** Removes drafts of processes that have ended. Versions without owners write a draft again if it is gone. */
  async #clear(all: readonly string[], living: ReadonlySet<string>): Promise<void> {
    for (const name of all) {
      const writer = draftOf(name);
      if (writer === undefined || writer === this.#modules.owner?.name || living.has(writer)) continue;
      await this.#modules.disk.ask({ kind: 'remove', file: path.join(this.#folder, name) }).catch(() => {});
    }
  }

  /** Reads a file. @returns an empty list where the file is gone or is not a candidate */
  async #read(name: string, onBad: (file: string) => void): Promise<Stray[]> {
    const file = path.join(this.#folder, name);
    const { disk } = this.#modules;
    try {
      const value: unknown = JSON.parse(await disk.ask({ kind: 'read', file }));
      if (!isCandidate(value)) throw new Error('it is not a candidate');
      const { owner, ...candidate } = value as Candidate & { readonly owner?: unknown };
      return [{ name, candidate, owner: typeof owner === 'string' ? owner : undefined }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      await disk.ask({ kind: 'rename', from: file, to: `${file}.unreadable` }).catch(() => {});
      onBad(file);
      return [];
    }
  }
}

/** The owner of a draft (`<file>.<owner>.tmp`); empty for a draft without an owner, undefined for other files. */
function draftOf(name: string): string | undefined {
  return /\.json(?:\.([0-9a-f]{16}))?\.tmp$/
    .exec(name)
    ?.slice(1)
    .map((owner) => owner ?? '')[0];
}

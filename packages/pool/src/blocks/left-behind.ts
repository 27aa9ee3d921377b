import { readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BlockOwner } from './block-owner.ts';
import { type Candidate, isCandidate } from './candidate.ts';

export interface LeftBehindModules {
  /** Undefined: this process is alone on its folder, as in tests. */
  readonly owner: Pick<BlockOwner, 'name' | 'others'> | undefined;
  /** Whether this process follows the candidate of a file, or has given up on the file. */
  readonly isOurs: (name: string) => boolean;
}

export interface Found {
  readonly name: string;
  readonly candidate: Candidate;
}

interface Stray extends Found {
  readonly owner: string | undefined;
}

/** Files that are read in one look: as many as can be followed. The rest follows at the next one. */
const MAX_READ = 4096;

/**
 * Finds the candidates in `blocks/` that nobody follows: those of processes that have ended, and those of versions that
 * did not say whose they are. What belongs to a process that lives is left to it, so that of two processes none writes
 * over what the other one learnt. Costs a list of names where there is nothing new; never blocks.
 */
export class LeftBehind {
  readonly #folder: string;
  readonly #modules: LeftBehindModules;
  /** Files of other processes by name, with their owners: as many as those follow. */
  #others = new Map<string, string>();

  constructor(folder: string, modules: LeftBehindModules) {
    this.#folder = folder;
    this.#modules = modules;
  }

  /**
   * Blocks before fruits. A file that cannot be read is set aside, not lost.
   * @throws AditError `ADIT_BLOCK_OWNERS`; of the disk
   */
  async look(onBad: (file: string) => void): Promise<Found[]> {
    const { isOurs } = this.#modules;
    const all = await readdir(this.#folder);
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
      // What it wrote last counts; and another process may have been faster.
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

  /** Nobody is asked where no file is anybody else's. */
  async #livingOf(all: readonly string[], strays: readonly Stray[]): Promise<ReadonlySet<string>> {
    const { owner } = this.#modules;
    const isForeign = strays.some((stray) => stray.owner !== undefined && stray.owner !== owner?.name);
    const isAsked = isForeign || this.#others.size > 0 || all.some((name) => draftOf(name) !== undefined);
    return owner === undefined || !isAsked ? new Set() : await owner.others();
  }

  /** What a process that has ended was just writing. Versions before owners write their drafts anew where they are gone. */
  async #clear(all: readonly string[], living: ReadonlySet<string>): Promise<void> {
    for (const name of all) {
      const writer = draftOf(name);
      if (writer === undefined || writer === this.#modules.owner?.name || living.has(writer)) continue;
      await rm(path.join(this.#folder, name), { force: true }).catch(() => {});
    }
  }

  /** None where it went meanwhile, or makes no sense. */
  async #read(name: string, onBad: (file: string) => void): Promise<Stray[]> {
    const file = path.join(this.#folder, name);
    try {
      const value: unknown = JSON.parse(await readFile(file, 'utf8'));
      if (!isCandidate(value)) throw new Error('it is no candidate');
      const { owner, ...candidate } = value as Candidate & { readonly owner?: unknown };
      return [{ name, candidate, owner: typeof owner === 'string' ? owner : undefined }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      await rename(file, `${file}.unreadable`).catch(() => {});
      onBad(file);
      return [];
    }
  }
}

/** Who writes a draft: `<file>.<owner>.tmp`; the empty word where it does not say. Undefined: it is none. */
function draftOf(name: string): string | undefined {
  return /\.json(?:\.([0-9a-f]{16}))?\.tmp$/
    .exec(name)
    ?.slice(1)
    .map((owner) => owner ?? '')[0];
}

import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Folders of a checkout without sources: those in .gitignore. */
const NO_SOURCES = new Set(['.git', 'node_modules', 'dist', 'adit-data', '.adit-build', 'coverage']);

/**
 * A copy of the checkout with its uncommitted changes, in a temporary folder, since Stryker writes its mutants over the
 * sources. Outside packages are links into the checkout; our own rooms are links into the copy, or the tests would run
 * on sources without mutants.
 */
export class WorkingCopy {
  readonly folder: string;
  /** A folder beside the copy, for files that are not part of it. */
  readonly scratch: string;
  readonly #base: string;

  /** @param checkout the root of the checkout; the test vectors are beside it in `../shared` */
  constructor(checkout: string) {
    this.#base = realpathSync(mkdtempSync(path.join(tmpdir(), 'adit-mutation-')));
    this.folder = path.join(this.#base, 'checkout');
    this.scratch = path.join(this.#base, 'scratch');
    try {
      this.#fill(checkout);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.folder, file), text);
  }

  /** @returns the files of the copy that match, in the order of the patterns, except those of `without` */
  files(patterns: readonly string[], without: readonly string[] = []): string[] {
    const left = new Set(globSync([...without], { cwd: this.folder }));
    const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: this.folder }).sort());
    return [...new Set(found)].filter((file) => !left.has(file));
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }

  #fill(checkout: string): void {
    cpSync(checkout, this.folder, {
      recursive: true,
      filter: (from) => !NO_SOURCES.has(path.basename(from)),
    });
    const shared = path.join(checkout, '..', 'shared');
    if (existsSync(shared)) symlinkSync(realpathSync(shared), path.join(this.#base, 'shared'));
    this.#linkPackages(path.join(checkout, 'node_modules'), path.join(this.folder, 'node_modules'));
  }

  #linkPackages(from: string, to: string): void {
    mkdirSync(path.join(to, '@adit'), { recursive: true });
    for (const room of readdirSync(path.join(this.folder, 'packages'))) {
      const link = room === 'cli' ? 'adit' : path.join('@adit', room);
      symlinkSync(path.join(this.folder, 'packages', room), path.join(to, link));
    }
    for (const name of readdirSync(from)) {
      if (name.startsWith('.') || name === '@adit' || name === 'adit') continue;
      symlinkSync(path.join(from, name), path.join(to, name));
    }
  }
}

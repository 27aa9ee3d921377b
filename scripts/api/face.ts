import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Declaration, type DeclarationFile, parseDeclarations } from './statements.ts';

/** An export of an entry, and where it is declared. */
export interface Export {
  readonly name: string;
  /** The file of its declaration, relative to the folder of the declarations; undefined where another package has it. */
  readonly file: string | undefined;
  /** Exported as a type only. */
  readonly typeOnly: boolean;
  /** More than one where a function is overloaded. */
  readonly declarations: readonly Declaration[];
}

/** What users of a room can import from one of its entries. */
export interface Entry {
  /** `@adit/pow` or `@adit/pow/threads`. */
  readonly specifier: string;
  readonly exports: readonly Export[];
}

/** The face of a room: its entries, and the files behind them. */
export class Face {
  readonly entries: readonly Entry[];
  readonly #folder: string;
  readonly #files = new Map<string, DeclarationFile>();

  /**
   * @param folder of the declarations: see `withDeclarations`
   * @param manifest the package.json of the room, whose `exports` name the sources under `adit-source`
   */
  constructor(folder: string, room: string, manifest: { readonly name: string; readonly exports: unknown }) {
    this.#folder = folder;
    this.entries = sourcesOf(manifest.exports).map(([subpath, source]) => {
      const file = path.join(room, source).replace(/\.ts$/, '.d.ts');
      return { specifier: path.posix.join(manifest.name, subpath), exports: this.#exportsOf(file) };
    });
  }

  /** What a file says. */
  file(file: string): DeclarationFile {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const read = parseDeclarations(readFileSync(path.join(this.#folder, file), 'utf8'));
    this.#files.set(file, read);
    return read;
  }

  /** Where a name of a file is declared: the file and the name there. Undefined where it comes from another package. */
  origin(file: string, name: string): { readonly file: string; readonly name: string } | undefined {
    const { imports, reexports, declarations } = this.file(file);
    const link = imports.get(name) ?? reexports.get(name);
    if (link === undefined) {
      return declarations.some((declaration) => declaration.name === name) ? { file, name } : undefined;
    }
    if (!link.from.startsWith('.')) return undefined;
    const next = path.join(path.dirname(file), link.from).replace(/\.ts$/, '.d.ts');
    return existsSync(path.join(this.#folder, next)) ? this.origin(next, link.name) : undefined;
  }

  #exportsOf(entry: string): Export[] {
    return [...this.file(entry).reexports].map(([name, { typeOnly }]) => {
      const origin = this.origin(entry, name);
      if (origin === undefined) return { name, file: undefined, typeOnly, declarations: [] };
      const { declarations } = this.file(origin.file);
      return {
        name,
        file: origin.file,
        typeOnly,
        declarations: declarations.filter((declaration) => declaration.name === origin.name),
      };
    });
  }
}

/** The entries with types, as pairs of the subpath and the source. Threads have no exports, so they are no part of it. */
export function sourcesOf(exports: unknown): [string, string][] {
  return Object.entries(
    exports as Record<string, { readonly 'adit-source'?: string; readonly types?: string }>,
  )
    .filter(([, { types }]) => types !== undefined)
    .map(([subpath, conditions]) => [subpath, conditions['adit-source'] ?? '']);
}

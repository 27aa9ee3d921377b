import path from 'node:path';
import { readToml } from './toml-file.ts';
import { FILE_KEYS } from './value-kinds.ts';

/** A file that a configuration names. */
export interface NamedFile {
  /** Its key, as in `tls_cert`. */
  readonly key: string;
  /** Absolute. */
  readonly file: string;
}

/**
 * The files that a configuration names, in the order of the file. The rest of the configuration may be wrong.
 * @throws AditError `ADIT_BAD_CONFIG` if it is not TOML or cannot be read
 */
export function namedFiles(configFile: string): NamedFile[] {
  const folder = path.dirname(path.resolve(configFile));
  const found: NamedFile[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (FILE_KEYS.has(key) && typeof inner === 'string')
        found.push({ key, file: path.resolve(folder, inner) });
      else walk(inner);
    }
  };
  walk(readToml(configFile));
  return found;
}

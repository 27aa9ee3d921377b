import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { below, nameOfPart } from './live-settings.ts';
import type { Config } from './schema.ts';
import { KIND_OF_KEY } from './value-kinds.ts';
import type { Holds } from './values.ts';

/** Files whose content counts from a reload on. A cookie is the node's, which writes it at will. */
const READ_AGAIN: ReadonlySet<Holds> = new Set<Holds>(['secret', 'key', 'certificate']);

/** Digests of the files that a configuration names, by keys with the names of chains and ports. */
export type FileContents = ReadonlyMap<string, string>;

/** Reads the secrets, keys and certificates of a configuration. A file that cannot be read is left out. */
export function fileContents(config: Config): FileContents {
  return new Map(contentsIn(config, ''));
}

/**
 * The files whose content has changed though their names have not, as in
 * `chain[zcash].ports[asic].password_file (content)`.
 */
export function changedContents(before: FileContents, after: FileContents): string[] {
  return [...after].flatMap(([key, digest]) =>
    before.has(key) && before.get(key) !== digest ? [`${key} (content)`] : [],
  );
}

function contentsIn(part: object, path: string): [string, string][] {
  return Object.entries(part).flatMap(([name, value]): [string, string][] => {
    const here = Array.isArray(part) ? `${path}[${nameOfPart(value) ?? name}]` : below(path, name);
    if (typeof value === 'object' && value !== null) return contentsIn(value, here);
    const kind = KIND_OF_KEY.get(name);
    if (typeof value !== 'string' || kind === undefined || !READ_AGAIN.has(kind)) return [];
    const digest = digestOf(value);
    return digest === undefined ? [] : [[here, digest]];
  });
}

function digestOf(file: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
}

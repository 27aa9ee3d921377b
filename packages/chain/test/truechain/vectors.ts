import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../../../../shared/vectors/truehash');

/** Value of `skip` in `test(name, { skip })`: false, or the reason. */
export const skipWithoutVectors: string | false = existsSync(folder)
  ? false
  : '../shared/vectors is missing from beside this checkout';

export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as T;
}

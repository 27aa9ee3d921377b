import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeHex } from '@adit/primitives';

/** Vectors of independent implementations, in a folder beside the checkout. */
const folder = fileURLToPath(new URL('../../../../../shared/vectors/', import.meta.url));

/** Options of a suite that needs the folder: without it the suite is skipped and says so. */
export const needsVectors = existsSync(folder) ? {} : { skip: '../shared/vectors is missing' };

/** Reads a file of vectors. @param name such as `equihash/params.json` */
export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as T;
}

export function hex(text: string): Uint8Array {
  return decodeHex(text);
}

/** For `assert.throws`: matches an AditError with this code. */
export function coded(code: string): { readonly code: string } {
  return { code };
}

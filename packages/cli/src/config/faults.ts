import { readFileSync } from 'node:fs';
import { AditError } from '@adit/primitives';
import { lineOf, linesOfKeys } from './toml-lines.ts';

/** Something in the configuration that is wrong, or that should be known. */
export interface Fault {
  /** As in `chain[0].ports[1].listen`. */
  readonly key: string;
  /** What was found, and what was expected. Never a secret. */
  readonly message: string;
  /** The key whose line is named, where it is another one. */
  readonly at?: string;
}

/**
 * One line for each fault, with the file, the line where it is known, and the key.
 * @param cause what made the fault known, where that was an error
 */
export function configError(file: string, faults: readonly Fault[], cause?: unknown): AditError {
  const lines = linesIn(file);
  const texts = faults.map(({ key, message, at = key }) => {
    const line = lineOf(lines, at);
    return `${file}${line === undefined ? '' : `:${line}`}: ${key === '' ? 'the file' : key}: ${message}`;
  });
  return new AditError('ADIT_BAD_CONFIG', texts.join('\n'), { cause });
}

function linesIn(file: string): ReadonlyMap<string, number> {
  try {
    return linesOfKeys(readFileSync(file, 'utf8'));
  } catch {
    // It was there a moment ago. The faults are told without their lines.
    return new Map();
  }
}

/** `chain[0].ports[1].listen` */
export function keyOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

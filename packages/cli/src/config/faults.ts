import { readFileSync } from 'node:fs';
import { AditError } from '@adit/primitives';
import { lineOf, linesOfKeys } from './toml-lines.ts';

/** Something in the configuration that is wrong, or that the operator should know. */
export interface Fault {
  /** As in `chain[0].ports[1].listen`. */
  readonly key: string;
  /** What was found and what was expected. It never contains a secret. */
  readonly message: string;
  /** The key whose line is shown, if it is another one. */
  readonly at?: string;
}

/**
 * The error for a configuration: one line for each fault, with the file, the line if known, and the key.
 * @param cause the error that revealed the fault, if any
 */
export function configError(file: string, faults: readonly Fault[], cause?: unknown): AditError {
  return new AditError('ADIT_BAD_CONFIG', faultLines(file, faults), { cause });
}

/** One line for each fault, with the file, the line if known, and the key; for errors with another code. */
export function faultLines(file: string, faults: readonly Fault[]): string {
  const lines = linesIn(file);
  const texts = faults.map(({ key, message, at = key }) => {
    const line = lineOf(lines, at);
    return `${file}${line === undefined ? '' : `:${line}`}: ${key === '' ? 'the file' : key}: ${message}`;
  });
  return texts.join('\n');
}

function linesIn(file: string): ReadonlyMap<string, number> {
  try {
    return linesOfKeys(readFileSync(file, 'utf8'));
  } catch {
    // The file could be read a moment ago, but not any more. Report the faults without line numbers.
    return new Map();
  }
}

/** `chain[0].ports[1].listen` */
export function keyOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text.replace(/^\./, '');
}

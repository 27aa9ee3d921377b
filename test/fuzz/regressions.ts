import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** An input that showed a fault in the past. */
export interface Regression {
  readonly file: string;
  /** The name of the target. */
  readonly target: string;
  /** The fault that it showed. */
  readonly why: string;
  readonly input: unknown;
}

const FOLDER = fileURLToPath(new URL('./regressions', import.meta.url));

export function regressions(): Regression[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      file,
      ...(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Omit<Regression, 'file'>),
    }));
}

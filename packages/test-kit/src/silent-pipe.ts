import { execFileSync } from 'node:child_process';
import path from 'node:path';

/**
 * Makes a pipe that nobody writes: opening it for reading never returns, as with a file on a disk that hangs.
 * @returns its path; undefined where there is no `mkfifo`
 */
export function silentPipe(folder: string, name = 'pipe'): string | undefined {
  const pipe = path.join(folder, name);
  try {
    execFileSync('mkfifo', [pipe]);
    return pipe;
  } catch {
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Writes a file that is never changed, unless it exists: of several processes the first one wins. The text is written
 * under another name first, so that a process that sees the file sees all of it. It is not synced.
 *
 * @returns whether this call wrote the file
 * @throws errors of the file system, such as a folder that does not exist
 */
export async function writeFirst(folder: string, name: string, text: string): Promise<boolean> {
  const draft = join(folder, `.${name.slice(0, 16)}-${randomBytes(8).toString('hex')}`);
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await link(draft, join(folder, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
}

export interface Retries {
  /** Milliseconds between two attempts. */
  readonly retryMs: number;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** An attempt failed. */
  readonly onError: (error: unknown) => void;
}

/** @returns what the first attempt without an error brings; undefined where `signal` ended the attempts */
export async function retried<T>(
  attempt: () => Promise<T>,
  { retryMs, signal, onError }: Retries,
): Promise<T | undefined> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) return undefined;
      onError(error);
    }
    try {
      await sleep(retryMs, undefined, { signal, ref: false });
    } catch {
      return undefined;
    }
  }
}

import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Candidate, isCandidate } from './candidate.ts';

/**
 * Reads the candidates of one chain that are or were followed, from `blocks/` and `blocks/done/`, for programs that only read. Files that
 * are not candidates are left out: the pool that owns them deals with them.
 * @param beginsWith of the id: on TrueChain the header, so that the few candidates of one header are found
 * @throws errors of the file system, except for a folder that is not there
 */
export async function candidatesOf(
  dataFolder: string,
  { chain, beginsWith }: { readonly chain: string; readonly beginsWith: string },
): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  // What is done moves from the first folder to the second one: in this order none is missed.
  for (const folder of [path.join(dataFolder, 'blocks'), path.join(dataFolder, 'blocks', 'done')]) {
    for (const name of await namesIn(folder)) {
      if (!name.endsWith('.json') || !name.includes(beginsWith)) continue;
      const candidate = await readCandidate(path.join(folder, name));
      if (candidate?.chain === chain && candidate.id.startsWith(beginsWith))
        found.set(candidate.id, candidate);
    }
  }
  return [...found.values()];
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

async function readCandidate(file: string): Promise<Candidate | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isCandidate(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

import path from 'node:path';
import { placesOf } from './pool-places.ts';
import { readToml } from './toml-file.ts';

/** Name of the folder of archives in a data folder, where the configuration names no other place. */
export const DEFAULT_ARCHIVE = 'archive';

/**
 * The folder of archived journals, absolute. A name without a path lies in the data folder. The rest of the configuration may be wrong.
 * @throws AditError `ADIT_BAD_CONFIG` if it is not TOML or cannot be read
 */
export function archivePlaceOf(configFile: string): string {
  const { ledger } = readToml(configFile) as { readonly ledger?: { readonly archive?: unknown } };
  const archive =
    typeof ledger?.archive === 'string' && ledger.archive !== '' ? ledger.archive : DEFAULT_ARCHIVE;
  return archivePlaceIn({ archive, data: placesOf(configFile).data }, configFile);
}

/** The same for what a file says. @param data the data folder, absolute */
export function archivePlaceIn(
  { archive, data }: { readonly archive: string; readonly data: string },
  configFile: string,
): string {
  const isName = path.basename(archive) === archive;
  return path.resolve(isName ? data : path.dirname(path.resolve(configFile)), archive);
}

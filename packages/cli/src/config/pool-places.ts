import path from 'node:path';
import { z } from 'zod';
import { explainer, withFound } from './explain.ts';
import { configError, keyOf } from './faults.ts';
import { readToml } from './toml-file.ts';
import { folder, socket } from './values.ts';
import { upgrade } from './when.ts';

// Commands that ask a running pool need only these keys. They start in half the time without the rest of the schema,
// which knows every family of chains.

/** The keys of the configuration that say where the data and the control socket of a pool are. */
export const PLACE_KEYS = {
  data: folder
    .default('./adit-data')
    .meta(
      upgrade('the one folder for all data of the pool; a change needs a stop and a start, not an upgrade'),
    ),
  control: socket
    .default('control.sock')
    .meta(
      upgrade(
        'UNIX socket for adit status, reload, upgrade, bans; a name without a path lies in the data folder',
      ),
    ),
} as const;

/**
 * The path of the control socket of the pool with this file. The rest of the file may be wrong: the running pool read
 * it when it was right, and the operator must still be able to query and stop that pool.
 *
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function controlSocketOf(file: string): string {
  return placesOf(file).control;
}

/**
 * The absolute paths of the data folder and of the control socket. The rest of the file may be wrong, as for
 * `controlSocketOf`.
 *
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export function placesOf(file: string): { readonly data: string; readonly control: string } {
  const raw = readToml(file);
  const complete = new Set<string>();
  const result = placesSchema.safeParse(raw, { error: explainer(complete) });
  if (result.success) return placesIn(result.data, file);
  const values = raw as Readonly<Record<string, unknown>>;
  throw configError(
    file,
    result.error.issues.map(({ path, message }) => {
      const key = keyOf(path);
      return { key, message: complete.has(message) ? message : withFound(message, values[key], false) };
    }),
  );
}

const placesSchema = z.object(PLACE_KEYS);

/** The same for what a file says, with its data folder and its control socket as it names them. */
export function placesIn({ data, control }: z.infer<typeof placesSchema>, file: string) {
  const folder = path.dirname(path.resolve(file));
  const dataFolder = path.resolve(folder, data);
  const isName = path.basename(control) === control;
  return { data: dataFolder, control: path.resolve(isName ? dataFolder : folder, control) };
}

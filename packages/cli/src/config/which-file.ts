import { existsSync } from 'node:fs';
import { AditError } from '@adit/primitives';

/** The file in the folder where a command is typed. */
export const LOCAL_CONFIG = 'adit.toml';
/** Where packages and the units in `deploy/` expect the file. */
export const SYSTEM_CONFIG = '/etc/adit/adit.toml';
/** The environment variable that names the file. */
export const CONFIG_VARIABLE = 'ADIT_CONFIG';

export interface WhereToLook {
  readonly environment?: NodeJS.ProcessEnv;
  readonly exists?: (file: string) => boolean;
}

/**
 * The configuration that a command means: the one of its `--config`, else the one that `ADIT_CONFIG` names, else
 * `adit.toml` here, else `/etc/adit/adit.toml`. A file that is named and does not exist is never replaced by another
 * one: a ban or a stop must not reach another pool.
 * @param option the value of `--config`; undefined if it was not given
 * @throws AditError `ADIT_BAD_OPTION` if the option or the variable is empty
 */
export function configFile(option: string | undefined, where: WhereToLook = {}): string {
  const { environment = process.env, exists = existsSync } = where;
  if (option !== undefined) return named(option, '--config');
  const variable = environment[CONFIG_VARIABLE];
  if (variable !== undefined) return named(variable, CONFIG_VARIABLE);
  return !exists(LOCAL_CONFIG) && exists(SYSTEM_CONFIG) ? SYSTEM_CONFIG : LOCAL_CONFIG;
}

function named(file: string, by: string): string {
  if (file !== '') return file;
  throw new AditError('ADIT_BAD_OPTION', `${by}: found nothing, expected the path of a configuration`);
}

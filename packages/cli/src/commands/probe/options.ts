import type { PoolUrl } from '@adit/net';
import { AditError } from '@adit/primitives';

/**
 * A time in seconds from the command line, in milliseconds.
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function secondsOption(name: string, text: string, most = 3_600): number {
  const seconds = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || seconds <= 0 || seconds > most) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `${name} must be a number of seconds above 0 and up to ${most}, this is ${text}`,
    );
  }
  return seconds * 1000;
}

/**
 * The ids of `--only`, which are separated by commas.
 * @throws AditError `ADIT_BAD_OPTION` for an id that does not exist
 */
export function onlyOption(
  text: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const ids = text.split(',').map((id) => id.trim());
  if (ids.includes('')) {
    throw new AditError('ADIT_BAD_OPTION', `--only: an id is missing before or behind a comma of "${text}"`);
  }
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `--only: there is no check ${JSON.stringify(unknown)} in this dialect; --list shows them`,
    );
  }
  return ids;
}

export interface LoginOptions {
  readonly worker?: string;
  readonly password?: string;
}

/** Login if neither the address nor an option gives one. */
export const LOGIN = { worker: 'adit-probe.1', password: 'x' } as const;

/**
 * Worker and password, from the options or from the address.
 * @throws AditError `ADIT_BAD_OPTION` if they contradict each other
 */
export function loginOption(url: PoolUrl, options: LoginOptions): { worker: string; password: string } {
  for (const what of ['worker', 'password'] as const) {
    if (url[what] === undefined || options[what] === undefined || url[what] === options[what]) continue;
    throw new AditError(
      'ADIT_BAD_OPTION',
      `the address names one ${what} and --${what} another: leave one of them out`,
    );
  }
  return {
    worker: options.worker ?? url.worker ?? LOGIN.worker,
    password: options.password ?? url.password ?? LOGIN.password,
  };
}

import { AditError } from '@adit/primitives';
import type { Dialect } from '@adit/probe';

/** A time in seconds as the command line has it, in milliseconds. @throws AditError `ADIT_BAD_OPTION` */
export function secondsOption(name: string, text: string, most = 3_600): number {
  const seconds = Number(text);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(text) || seconds <= 0 || seconds > most) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `${name} must be a number of seconds up to ${most}, this is ${text}`,
    );
  }
  return seconds * 1000;
}

/** commander has checked the choice. */
export function dialectOption(text: string): Dialect {
  return text === 'truestratum' ? 'truestratum' : 'zcash';
}

/**
 * Ids of `--only`, which may be several with commas.
 * @throws AditError `ADIT_BAD_OPTION` for an id that does not exist
 */
export function onlyOption(
  text: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined || ids.length === 0) {
    throw new AditError(
      'ADIT_BAD_OPTION',
      `--only: there is no check ${JSON.stringify(unknown ?? text)} in this dialect; --list shows them`,
    );
  }
  return ids;
}

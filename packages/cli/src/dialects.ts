import type { MinerDialect } from '@adit/miner';
import { AditError } from '@adit/primitives';
import type { Dialect } from '@adit/wire';

/**
 * The dialects by their names on the command line. A dialect of the miner or the probe that this list lacks does not
 * compile.
 */
const NAMES = { zcash: 'zcash', truestratum: 'truestratum' } as const satisfies {
  readonly [Name in MinerDialect | Dialect]: Name;
};

export const DIALECT_NAMES: readonly (keyof typeof NAMES)[] = Object.values(NAMES);

/** The dialect of a command without `--dialect`. */
export const USUAL_DIALECT: keyof typeof NAMES = NAMES.zcash;

/** @throws AditError `ADIT_BAD_OPTION` */
export function dialectOption(text: string): keyof typeof NAMES {
  const name = DIALECT_NAMES.find((one) => one === text);
  if (name !== undefined) return name;
  throw new AditError('ADIT_BAD_OPTION', `--dialect must be ${DIALECT_NAMES.join(' or ')}, this is ${text}`);
}

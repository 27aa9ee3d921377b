import type { Family } from './config/config-family.ts';

/** The families of chains by their names on the command line. A family that this list lacks does not compile. */
const NAMES = { zcash: 'zcash', truechain: 'truechain' } as const satisfies {
  readonly [Name in Family]: Name;
};

export const FAMILY_NAMES: readonly Family[] = Object.values(NAMES);

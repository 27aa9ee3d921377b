/** The ways to speak Stratum. Pools, miners, the probe, files and command lines use these names. */
export const DIALECTS = ['zcash', 'truestratum'] as const;

/** The name of a dialect. */
export type Dialect = (typeof DIALECTS)[number];

/** Whether a value from outside is the name of a dialect. */
export function isDialect(value: unknown): value is Dialect {
  return DIALECTS.some((name) => name === value);
}

/** The ways to speak Stratum that the probe knows. The program, its files and its tables use these names. */
export const DIALECTS = ['zcash', 'truestratum'] as const;

export type Dialect = (typeof DIALECTS)[number];

export function isDialect(value: unknown): value is Dialect {
  return DIALECTS.some((name) => name === value);
}

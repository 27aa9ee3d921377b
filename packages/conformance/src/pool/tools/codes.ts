import type { PoolProbe } from '../probe/pool-probe.ts';

/** The codes that a refusal for an unknown job may have. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.dialect.jobCodes;
}

/** The codes that a refusal for these reasons may have. @returns undefined where the dialect fixes none, so that any code will do */
export function codesOf(probe: PoolProbe, ...codes: readonly number[]): readonly number[] | undefined {
  return probe.dialect.fixesCodes ? codes : undefined;
}

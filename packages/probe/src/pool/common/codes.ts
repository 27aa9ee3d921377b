import type { PoolProbe } from '../pool-probe.ts';

/** The code of an unknown job: the TrueStratum document's example has -1. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.dialect.jobCodes;
}

/** ZIP 301 has a code for each reason. TrueStratum's document fixes none but that of an unknown job: there any will do. */
export function codesOf(probe: PoolProbe, ...codes: readonly number[]): readonly number[] | undefined {
  return probe.dialect.fixesCodes ? codes : undefined;
}

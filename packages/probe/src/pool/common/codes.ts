import type { PoolProbe } from '../pool-probe.ts';
import { CODE } from '../replies.ts';

/** The code of an unknown job: the TrueStratum document's example has -1. */
export function jobCodes(probe: PoolProbe): readonly number[] {
  return probe.options.dialect === 'zcash' ? [CODE.job] : [-1, CODE.job];
}

/** ZIP 301 has a code for each reason. TrueStratum's document fixes none but that of an unknown job: there any will do. */
export function codesOf(probe: PoolProbe, ...codes: readonly number[]): readonly number[] | undefined {
  return probe.options.dialect === 'zcash' ? codes : undefined;
}

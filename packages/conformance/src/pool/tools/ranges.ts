import { shown } from '@adit/wire';
import { fail, type Judgement, notApplicable, pass } from '../../report/finding.ts';

/**
 * Passes where no nonce1 is the beginning of another one, which would leave two miners the same nonces.
 * @param all of connections that are open at the same time, in hex
 */
export function judgeRanges(all: readonly string[]): Judgement {
  if (all.every((nonce1) => nonce1 === ''))
    return notApplicable('every nonce1 is empty: the pool does not divide the nonces');
  for (const [i, one] of all.entries()) {
    const clash = all.find((other, j) => i !== j && other.startsWith(one));
    if (clash !== undefined) return fail(`nonce1 ${shown(one)} and ${shown(clash)} at the same time`);
  }
  return pass(`${all.length} ranges, such as ${all.slice(0, 3).join(' ')}`);
}

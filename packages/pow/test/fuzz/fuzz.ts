import { messageOf } from '@adit/primitives';
import { Random } from '@adit/test-kit/random';
import { equihashTargets } from './equihash-targets.ts';
import { otherTargets } from './other-targets.ts';
import type { FuzzTarget } from './target.ts';

/** Every attempt has its own seed, so that it can be repeated alone. */
const SEEDS_PER_TARGET = 2 ** 24;

export function allTargets(): FuzzTarget[] {
  return [...equihashTargets(), ...otherTargets()];
}

/**
 * Makes attempts in turn, one for each target, until `enough`.
 *
 * @param first seed of the first attempt at each target
 * @returns how many attempts each target withstood
 * @throws Error that names the target and the seed of an attempt that succeeded
 */
export function fuzz(
  targets: readonly FuzzTarget[],
  first: number,
  enough: (rounds: number) => boolean,
): ReadonlyMap<string, number> {
  let rounds = 0;
  for (; !enough(rounds); rounds += 1) {
    const seed = (first + rounds) % SEEDS_PER_TARGET;
    for (const { name, attempt } of targets) {
      try {
        attempt(new Random(seed));
      } catch (error) {
        throw new Error(`${name}, seed ${seed}: ${messageOf(error)}`, { cause: error });
      }
    }
  }
  return new Map(targets.map(({ name }) => [name, rounds]));
}

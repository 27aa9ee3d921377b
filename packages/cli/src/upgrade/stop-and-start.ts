import { AditError } from '@adit/primitives';
import type { Config } from '../config/schema.ts';
import { isStrict } from '../config/true-ports.ts';

/**
 * Two processes serve miners during an upgrade. What decides whose nonces are whose must be the same in both, or one
 * hash would be worth two things.
 *
 * @param before what the process that runs was started with
 * @throws AditError `ADIT_UPGRADE` naming the setting
 */
export function checkUpgradable(before: Config, after: Config): void {
  const [was, is] = [isStrict(before), isStrict(after)];
  if (was !== undefined && is !== undefined && was !== is) {
    throw new AditError(
      'ADIT_UPGRADE',
      `strict_prefix changes from ${was} to ${is}: stop the pool and start it again instead`,
    );
  }
}

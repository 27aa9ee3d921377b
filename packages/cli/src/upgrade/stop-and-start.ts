import { AditError } from '@adit/primitives';
import { chainsByFamily } from '../config/families.ts';
import type { Config } from '../config/schema.ts';

/**
 * Two processes serve miners during an upgrade. Each family of chains says what must be the same in both.
 *
 * @param before what the process that runs was started with
 * @throws AditError `ADIT_UPGRADE` naming the setting
 */
export function checkUpgradable(before: Config, after: Config): void {
  const wanted = new Map(chainsByFamily(after));
  for (const [family, chains] of chainsByFamily(before)) {
    const why = family.againstUpgrade(chains, wanted.get(family) ?? []);
    if (why !== undefined) throw new AditError('ADIT_UPGRADE', why);
  }
}

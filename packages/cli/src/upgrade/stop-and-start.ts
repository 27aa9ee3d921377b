import { AditError } from '@adit/primitives';
import { chainsByFamily } from '../config/families.ts';
import type { Config } from '../config/schema.ts';

/**
 * Refuses an upgrade if a setting differs that both processes must share while they serve miners. Each family of chains
 * names such settings.
 *
 * @param before the configuration of the running process
 * @throws AditError `ADIT_UPGRADE` naming the setting
 */
export function checkUpgradable(before: Config, after: Config): void {
  const wanted = new Map(chainsByFamily(after));
  for (const [family, chains] of chainsByFamily(before)) {
    const why = family.againstUpgrade(chains, wanted.get(family) ?? []);
    if (why !== undefined) throw new AditError('ADIT_UPGRADE', why);
  }
}

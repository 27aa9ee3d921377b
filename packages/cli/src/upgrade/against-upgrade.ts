import { compareConfigs } from '../config/live-settings.ts';
import { nonce1Overlaps } from '../config/nonce1-rules.ts';
import type { Config } from '../config/schema.ts';

/**
 * Finds settings that cannot change by an upgrade, because the old and the new process both serve miners for a while.
 * @param running the configuration in force
 * @returns one phrase for each reason; empty if an upgrade may begin
 */
export function againstUpgrade(running: Config, wanted: Config): string[] {
  const keys = compareConfigs(running, wanted).needsRestart.map((key) => `${key} has changed`);
  // Checked apart from the keys, because a port may have a new name.
  return [...keys, ...nonce1Overlaps(running, wanted)];
}

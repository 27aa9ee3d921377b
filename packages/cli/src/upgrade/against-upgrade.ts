import { compareConfigs } from '../config/live-settings.ts';
import { nonce1Overlaps } from '../config/nonce1-rules.ts';
import type { Config } from '../config/schema.ts';

/**
 * What the next process cannot do otherwise than the one that runs, since both serve miners for a while.
 * @param running the configuration as it is in force
 * @returns one phrase for each reason; none where an upgrade may begin
 */
export function againstUpgrade(running: Config, wanted: Config): string[] {
  const keys = compareConfigs(running, wanted).needsRestart.map((key) => `${key} has changed`);
  // Ports may have got other names.
  return [...keys, ...nonce1Overlaps(running, wanted)];
}

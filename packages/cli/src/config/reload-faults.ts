import { AditError } from '@adit/primitives';
import { contradictions } from './contradictions.ts';
import { withLiveSettings } from './live-settings.ts';
import type { Config } from './schema.ts';

/**
 * Checks what would run after a reload, which may be neither the file nor the old configuration: ports that were
 * removed from the file run on until an upgrade, and some settings wait for it too. Ports with a short nonce1, or loose
 * TrueChain ports, could then differ although the file alone is right, and the same hash would have two weights.
 *
 * @throws AditError `ADIT_BAD_CONFIG` if what would run contradicts itself
 */
export function checkReload(file: string, before: Config, after: Config): void {
  const faults = contradictions(withLiveSettings(before, after, 'kept'));
  if (faults.length === 0) return;
  const lines = faults.map(({ key, message }) => `${file}: ${key}: ${message}`);
  lines.push(
    'with what goes on until an upgrade: ports that the file no longer has, and settings that wait for it',
  );
  throw new AditError('ADIT_BAD_CONFIG', lines.join('\n'));
}

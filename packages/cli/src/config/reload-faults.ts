import { AditError } from '@adit/primitives';
import { contradictions } from './contradictions.ts';
import { withLiveSettings } from './live-settings.ts';
import type { Config } from './schema.ts';

/**
 * What would run after a reload is neither the file nor what ran before: ports that the file no longer has go on until an
 * upgrade, and so do settings that wait for it. Two ports of short nonce1 values, or of a loose TrueChain, would then begin
 * unlike although the file alone is right, and one hash would be worth two things.
 *
 * @throws AditError `ADIT_BAD_CONFIG` where it contradicts itself
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

import type { FoundBlockAlarm } from '@adit/ledger';
import { messageOf } from '@adit/primitives';

/** What is wrong about a found block, for people. */
export function alarmText({ kind, hash, error }: FoundBlockAlarm): string {
  return `${kind.replaceAll('_', ' ')}: ${hash}${error === undefined ? '' : `: ${messageOf(error)}`}`;
}

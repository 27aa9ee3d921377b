import path from 'node:path';
import { FolderLock } from '@adit/journal';
import { AditError } from '@adit/primitives';
import { faultLines } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { refuseWhereAnswered } from '../control/server.ts';

/** What is wrong where another pool runs on the data folder, as the text behind the key `data`. */
export function secondPoolText(data: string): string {
  return `another pool runs on ${data}, also where its control socket is elsewhere: stop it, or give this one another data folder`;
}

/**
 * Refuses a second pool on one data folder. Both would work on the same found blocks and bans, and each would believe
 * that it alone answers for them. Only the old and the new process of an upgrade may share the folder. Call it before
 * the data folder is touched.
 * @throws AditError `ADIT_CONTROL_IN_USE` naming the line of `data` or `control`; `ADIT_CONTROL_PATH`
 */
export async function refuseSecondPool(file: string, { data, control }: Config): Promise<void> {
  try {
    await refuseWhereAnswered(control);
  } catch (error) {
    if (!(error instanceof AditError) || error.code !== 'ADIT_CONTROL_IN_USE') throw error;
    // Without a pool on the folder, only the socket is shared.
    const key = control.startsWith(`${data}${path.sep}`) || FolderLock.isHeld(data) ? 'data' : 'control';
    throw refusal(file, key, error.message);
  }
  if (FolderLock.isHeld(data)) throw folderInUse(file, data);
}

/** The error for a data folder on which another pool runs. */
export function folderInUse(file: string, data: string): AditError {
  return refusal(file, 'data', secondPoolText(data));
}

function refusal(file: string, key: string, message: string): AditError {
  return new AditError('ADIT_CONTROL_IN_USE', faultLines(file, [{ key, message }]));
}

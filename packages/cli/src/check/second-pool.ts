import { FolderLock } from '@adit/journal';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { askPool } from '../control/client.ts';
import { secondPoolText } from '../service/second-pool.ts';

/** Warns of a pool on the data folder that is not the one with this file: that one answers on the control socket. */
export async function secondPoolNotes({ data, control }: Config): Promise<Fault[]> {
  if (!FolderLock.isHeld(data)) return [];
  const isOwn = await askPool(control, { command: 'status' }).then(
    () => true,
    () => false,
  );
  return isOwn ? [] : [{ key: 'data', message: secondPoolText(data) }];
}

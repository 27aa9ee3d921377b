import { configError, type Fault } from '../config/faults.ts';
import { clash, type WantedAddress, wantedAddresses } from '../config/listen-clashes.ts';
import type { Config } from '../config/schema.ts';
import { whereIs } from '../service/places.ts';

const ADMIN = 'admin.listen';

/**
 * Refuses an upgrade to places that the old process still has. It serves its miners for a while, so the new process
 * could not open them.
 * @param running the configuration in force
 * @throws AditError `ADIT_BAD_CONFIG` naming the keys
 */
export function checkPlaces(file: string, running: Config, wanted: Config): void {
  const faults = [...dataFaults(running, wanted), ...addressFaults(running, wanted)];
  if (faults.length > 0) throw configError(file, faults);
}

/**
 * Two processes with different data folders do not know each other's journals, leases and bans, so they must not share
 * ports.
 */
function dataFaults(running: Config, { data }: Config): Fault[] {
  if (whereIs(data) === whereIs(running.data)) return [];
  const message = `the file names ${data} now, and this pool keeps its shares in ${running.data}; an upgrade stays in one folder: stop the pool and start it again`;
  return [{ key: 'data', message }];
}

function addressFaults(running: Config, wanted: Config): Fault[] {
  const held = wantedAddresses(running);
  return wantedAddresses(wanted).flatMap((one) => {
    const other = held.find((old) => !isHandedOver(old, one) && clash(old.listen, one.listen));
    if (other === undefined) return [];
    const message = `found ${one.listen}, and the running process still has ${other.listen} (${other.key}), which takes the same port; an upgrade cannot open it: stop the pool and start it again`;
    return [{ key: one.key, message }];
  });
}

/** The new process gets the socket of an equal address. The old one gives up its admin address before. */
function isHandedOver(old: WantedAddress, wanted: WantedAddress): boolean {
  if (old.key === ADMIN || wanted.key === ADMIN) return old.key === wanted.key;
  return old.listen === wanted.listen;
}

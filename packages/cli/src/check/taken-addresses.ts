import { HeldAddress } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { type Fault, faultLines } from '../config/faults.ts';
import { type WantedAddress, wantedAddresses } from '../config/listen-clashes.ts';
import { hostAndPort } from '../config/port-options.ts';
import type { Config } from '../config/schema.ts';
import { askPool } from '../control/client.ts';
import { readStatusDocument } from '../control/status-document.ts';

/**
 * Finds addresses of the file on which this process cannot listen. Ports of the pool that runs with this file are its
 * own and do not count. Its admin address is not tried while it runs, because the pool does not tell it.
 */
export async function takenAddresses(config: Config): Promise<Fault[]> {
  const own = await portsOfRunningPool(config.control);
  const faults: Fault[] = [];
  for (const { key, listen } of wantedAddresses(config)) {
    const address = hostAndPort(listen);
    if (address.port === 0 || own?.has(address.port) === true) continue;
    if (own !== undefined && key === 'admin.listen') continue;
    try {
      // One after the other: two of them cannot clash, or the configuration would have been refused.
      await (await HeldAddress.bind(address)).close();
    } catch (error) {
      faults.push(takenFault({ key, listen }, error));
    }
  }
  return faults;
}

/** The fault of an address on which this process cannot listen. */
function takenFault({ key, listen }: WantedAddress, error: unknown): Fault {
  const message = `found ${listen}, where this process cannot listen (${whyNot(error)}); expected an address that is free`;
  return { key, message };
}

/** The error of a start that needs this address, with the words of `adit pool --check`. */
export function takenError(file: string, config: Config, listen: string, error: unknown): AditError {
  const key = wantedAddresses(config).find((wanted) => wanted.listen === listen)?.key ?? '';
  return new AditError('ADIT_CANNOT_LISTEN', faultLines(file, [takenFault({ key, listen }, error)]), {
    cause: error,
  });
}

function whyNot(error: unknown): string {
  const { cause } = error as { readonly cause?: NodeJS.ErrnoException };
  return cause?.code === 'EADDRINUSE' ? 'another program has it' : messageOf(cause ?? error);
}

/** The ports of the pool that runs with this control socket; undefined if none answers. */
async function portsOfRunningPool(control: string): Promise<ReadonlySet<number> | undefined> {
  try {
    const status = readStatusDocument(await askPool(control, { command: 'status' }));
    return new Set(status.ports.map(({ number }) => number));
  } catch {
    return undefined;
  }
}

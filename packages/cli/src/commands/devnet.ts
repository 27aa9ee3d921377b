import { zcashChain } from '@adit/chain';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { AditError } from '@adit/primitives';
import type { Family } from '../config/config-family.ts';
import { untilStopped } from '../exit.ts';
import { wholeOption } from './number-option.ts';

interface DevnetOptions {
  readonly port: number;
  readonly network: string;
  /** URL of a devnet to follow. */
  readonly follow?: string;
  readonly onEvent: (event: { readonly kind: string }) => void;
}

interface Devnet {
  readonly url: string;
  close(): Promise<void>;
}

/** How the node of each family is started. A family without an entry does not compile. */
const DEVNETS: { readonly [Name in Family]: (options: DevnetOptions) => Promise<Devnet> } = {
  zcash: ({ network, ...options }) => startZcashDevnet({ chain: zcashChain(network), ...options }),
  truechain: ({ network: _network, ...options }) => startTrueChainDevnet(options),
};

/**
 * `adit devnet zcash|truechain`: runs a node of our own on loopback until stopped.
 * @param chain a family; commander has checked it
 */
export async function runDevnet(
  chain: Family,
  options: { port: string; network: string; follow?: string },
): Promise<void> {
  const port = wholeOption('--port', options.port, 0, 65_535);
  const stopped = untilStopped();
  const { network, follow } = options;
  const devnet = await start(chain, { port, network, ...(follow === undefined ? {} : { follow }) });
  process.stdout.write(`${chain} devnet answers at ${devnet.url}; Ctrl-C ends it\n`);
  await stopped;
  await devnet.close();
}

async function start(chain: Family, options: Omit<DevnetOptions, 'onEvent'>): Promise<Devnet> {
  const onEvent = (event: { readonly kind: string }) => {
    const fields = JSON.stringify(event, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${fields}\n`);
  };
  try {
    return await DEVNETS[chain]({ ...options, onEvent });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new AditError(
      'ADIT_CANNOT_LISTEN',
      `cannot listen on 127.0.0.1:${options.port}: the port is in use`,
      {
        cause: error,
      },
    );
  }
}

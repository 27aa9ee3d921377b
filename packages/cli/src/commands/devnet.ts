import { zcashChain } from '@adit/chain';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { AditError } from '@adit/primitives';
import { untilStopped } from '../exit.ts';

/** `adit devnet zcash|truechain`: a node of our own on loopback, until stopped. */
export async function runDevnet(chain: string, options: { port: string; network: string }): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AditError('ADIT_BAD_OPTION', `--port must be 0 to 65535, this is ${options.port}`);
  }
  const stopped = untilStopped();
  const devnet = await start(chain, port, options.network);
  process.stdout.write(`${chain} devnet answers at ${devnet.url}; Ctrl-C ends it\n`);
  await stopped;
  await devnet.close();
}

async function start(
  chain: string,
  port: number,
  network: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const say = (event: { readonly kind: string }) => {
    const fields = JSON.stringify(event, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    process.stdout.write(`${new Date().toTimeString().slice(0, 8)} ${fields}\n`);
  };
  try {
    return chain === 'zcash'
      ? await startZcashDevnet({ chain: zcashChain(network), port, onEvent: say })
      : await startTrueChainDevnet({ port, onEvent: say });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new AditError('ADIT_CANNOT_LISTEN', `cannot listen on 127.0.0.1:${port}: the port is in use`, {
      cause: error,
    });
  }
}

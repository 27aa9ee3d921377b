import { once } from 'node:events';
import type { Server } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { type ListenAddress, placeOf } from '../addresses/address.ts';
import { numeric } from '../addresses/own-machine.ts';

/**
 * Opens a port.
 * @param address port 0 takes a free one
 * @returns the port in use
 * @throws AditError `ADIT_CANNOT_LISTEN`
 */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  try {
    server.listen({ host: numeric(host), port });
    await once(server, 'listening');
  } catch (error) {
    throw new AditError(
      'ADIT_CANNOT_LISTEN',
      `cannot listen on ${placeOf(host, port)}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/**
 * Stops a server, also one that does not listen.
 * @param endConnections ends the connections, which a server would wait for
 */
export async function stopListening(server: Server, endConnections: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (server.listening) server.close(() => resolve());
    else resolve();
  });
  endConnections();
  await closed;
}

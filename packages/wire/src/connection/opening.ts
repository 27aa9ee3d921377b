import type { Socket } from 'node:net';
import { messageOf } from '@adit/primitives';
import { afterAwake } from './awake.ts';
import { speaksNoTls } from './tls-fault.ts';

/** A connection that a client has begun: the socket, and the event that says that it may be written to. */
export interface Dialled {
  readonly socket: Socket;
  readonly opened: 'connect' | 'secureConnect';
}

/**
 * Waits until a connection is open. Destroys the socket where that fails.
 * @param withinMs how long to wait, in milliseconds
 * @param signal ends the wait: the socket is then returned, open or not
 * @throws Error whose message says in a clause why there is no connection
 */
export async function opened(dialled: Dialled, withinMs: number, signal?: AbortSignal): Promise<Socket> {
  const { socket } = dialled;
  const settled = new AbortController();
  let stop = () => {};
  try {
    await new Promise<void>((resolve, reject) => {
      stop = afterAwake(withinMs, () => reject(new Error(`no answer within ${withinMs} ms`)));
      socket.once('error', reject);
      socket.once(dialled.opened, resolve);
      if (signal?.aborted === true) resolve();
      signal?.addEventListener('abort', () => resolve(), { signal: settled.signal });
    });
  } catch (error) {
    socket.destroy();
    throw new Error(speaksNoTls(error) ? 'the port does not speak TLS' : messageOf(error), { cause: error });
  } finally {
    stop();
    settled.abort();
  }
  socket.removeAllListeners('error');
  return socket;
}

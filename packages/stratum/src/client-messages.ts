import { AditError, checkText, checkWhole } from '@adit/primitives';
import { notificationLine } from './reply.ts';

/** A day: no pool sends its miners away for longer. */
const MOST_WAIT_SECONDS = 86_400;

/**
 * Asks the miner to connect again.
 * @param to the new address; without it, the same address. nheqminer needs the port as a string
 * @throws AditError `ADIT_BAD_OPTION` for another kind of host, port or time
 */
export function reconnectLine(to?: { host: string; port: number | string; waitSeconds: number }): string {
  if (to === undefined) return notificationLine('client.reconnect', []);
  const { host, port, waitSeconds } = to;
  checkText(host, 'the host');
  if (typeof port === 'string' ? !/^\d{1,5}$/.test(port) : !Number.isInteger(port))
    throw new AditError('ADIT_BAD_OPTION', `the port must be a number, not ${String(port)}`);
  checkWhole(Number(port), 'the port', 0, 65_535);
  checkWhole(waitSeconds, 'waitSeconds', 0, MOST_WAIT_SECONDS);
  return notificationLine('client.reconnect', [host, port, waitSeconds]);
}

/** A text for the person who runs the miner. */
export function showMessageLine(text: string): string {
  checkText(text, 'a message');
  return notificationLine('client.show_message', [text]);
}

import { notificationLine } from './reply.ts';

/**
 * Asks the miner to connect again.
 * @param to the new address; without it, the same address. nheqminer needs the port as a string
 */
export function reconnectLine(to?: { host: string; port: number | string; waitSeconds: number }): string {
  return notificationLine('client.reconnect', to === undefined ? [] : [to.host, to.port, to.waitSeconds]);
}

/** A text for the person who runs the miner. */
export function showMessageLine(text: string): string {
  return notificationLine('client.show_message', [text]);
}

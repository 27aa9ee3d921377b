import { notificationLine } from './reply.ts';

/**
 * Asks the miner to connect again.
 * @param to where; the same address where left out. The port is a string for nheqminer
 */
export function reconnectLine(to?: { host: string; port: number | string; waitSeconds: number }): string {
  return notificationLine('client.reconnect', to === undefined ? [] : [to.host, to.port, to.waitSeconds]);
}

/** Words for the person behind the miner. */
export function showMessageLine(text: string): string {
  return notificationLine('client.show_message', [text]);
}

import { notificationLine } from './reply.ts';

/** Asks the miner to connect again, to the same address where none is given. @param port as a string for nheqminer */
export function reconnectLine(to?: { host: string; port: number | string; waitSeconds: number }): string {
  return notificationLine('client.reconnect', to === undefined ? [] : [to.host, to.port, to.waitSeconds]);
}

/** Words for the person behind the miner. */
export function showMessageLine(text: string): string {
  return notificationLine('client.show_message', [text]);
}

import { parsePoolUrl } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';
import { isLoopback } from './own-machine.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface PoolAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/**
 * Reads `127.0.0.1:3334`, `[::1]:3334`, or a port alone, which is a port of 127.0.0.1.
 * @param option the name of the option, for the error
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function parseListenAddress(text: string, option = '--listen'): ListenAddress {
  const [, v6, name, digits = ''] = /^(?:\[([0-9a-fA-F:.%]+)\]:|([^:[\]\s/@]+):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65535) {
    const most = digits === '' ? '' : ' of at most 65535';
    throw new AditError(
      'ADIT_BAD_OPTION',
      `${option} must be an address and a port${most}, as in 127.0.0.1:3334`,
    );
  }
  return { host: v6 ?? name ?? '127.0.0.1', port };
}

/**
 * Reads `stratum+tcp://host:port`, `stratum+tls://`, `stratum+ssl://`, or `host:port`. It ignores a worker in the URL,
 * because the miner names its worker itself.
 * @throws AditError `ADIT_BAD_OPTION` (which never shows a password)
 */
export function parsePoolAddress(text: string, option = '--upstream'): PoolAddress {
  try {
    const { host, port, tls = false } = parsePoolUrl(text);
    return { host, port, tls };
  } catch (error) {
    throw new AditError('ADIT_BAD_OPTION', `${option}: ${messageOf(error)}`);
  }
}

/** A host and a port as one text. An IPv6 address gets brackets. */
export function placeOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Whether a host can only be this machine. Other names than localhost may be any machine. */
export function isThisMachine(host: string): boolean {
  return isLoopback(numeric(host));
}

/** Turns `localhost` into an address, because its name might be resolved to another one. */
export function numeric(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host;
}

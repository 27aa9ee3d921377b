import { parsePoolUrl } from '@adit/net';
import { AditError, messageOf } from '@adit/primitives';

export interface PoolAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
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

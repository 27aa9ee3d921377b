import { AditError, checkText, checkWhole } from '@adit/primitives';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `127.0.0.1:3334`, `[::1]:3334`, or a port alone, which is a port of 127.0.0.1.
 * @param option the name of the option, for the error
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function parseListenAddress(text: string, option = '--listen'): ListenAddress {
  checkText(text, option);
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

/** A host and a port as one text. An IPv6 address gets brackets. */
export function placeOf(host: string, port: number): string {
  checkText(host, 'the host');
  checkWhole(port, 'the port', 0, 65_535);
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import { isIP } from 'node:net';
import { AditError } from '@adit/primitives';

/** Names under which a browser or a program on this machine reaches a loopback address. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** The part of a `Host` header before its port: a DNS name, an IPv4 address, or an IPv6 address in brackets. */
const HOST = /^([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * The `Host` headers that the server answers. A page on the web can make a browser send requests to loopback under a
 * name of the page's domain (DNS rebinding) and read the answers; that name is in the header, and so is refused.
 */
export class HostNames {
  readonly #names: ReadonlySet<string>;

  /**
   * @param host the address to listen on
   * @param allowed further names, without a port
   * @throws AditError `ADIT_ADMIN_HOST` for an entry that is not a name, and for an address outside loopback without names
   */
  constructor(host: string, allowed: readonly string[]) {
    const names = allowed.map((name) => {
      const written = isIP(name) === 6 ? `[${name}]` : name;
      const parsed = parseHost(written);
      if (parsed === undefined || parsed !== written.toLowerCase()) {
        throw new AditError(
          'ADIT_ADMIN_HOST',
          `allowedHosts: expected names or addresses without a port, not ${JSON.stringify(name)}`,
        );
      }
      return parsed;
    });
    if (!isLoopback(host) && names.length === 0) {
      throw new AditError(
        'ADIT_ADMIN_HOST',
        `the admin server may listen outside loopback (${host}) only with allowedHosts: the names by which clients ask it`,
      );
    }
    this.#names = new Set([...LOOPBACK_NAMES, ...names]);
  }

  /** @param header as received, with or without a port */
  has(header: string | undefined): boolean {
    const name = header === undefined ? undefined : parseHost(header);
    return name !== undefined && this.#names.has(name);
  }
}

/** @returns the name in lower case, without its port */
function parseHost(text: string): string | undefined {
  return HOST.exec(text.toLowerCase())?.[1];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

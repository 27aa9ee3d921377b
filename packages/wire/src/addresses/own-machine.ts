import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { AditError } from '@adit/primitives';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether an address is a loopback address. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Turns `localhost` into an address, because its name might be resolved to another one. */
export function numeric(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host;
}

/** Who may use a port of this program. */
export interface Access {
  /** Set where the user allows other machines too. */
  readonly allowed: boolean;
  /** The option with which the user allows it, for the error. */
  readonly option: string;
}

/**
 * Makes sure that a port is opened where only this machine reaches it, or that the user allows more. Names other than
 * localhost may be any machine.
 * @throws AditError `ADIT_NOT_LOOPBACK`
 */
export function requireLoopback(host: string, { allowed, option }: Access): void {
  if (allowed || isLoopback(numeric(host))) return;
  throw new AditError(
    'ADIT_NOT_LOOPBACK',
    `${host} can be reached from other machines: listen on 127.0.0.1, or allow it with ${option}`,
  );
}

/** Why a pool of somebody else must not be called. */
export interface Ownership {
  /** Set where the user says that they operate the pool. */
  readonly operated: boolean;
  /** A sentence that says what the program would do to the pool. */
  readonly harm: string;
}

/**
 * Makes sure that a pool is on this machine, or that its operator calls it.
 * @returns the allowed addresses, because the name may resolve to others later; undefined where any address is allowed
 * @throws AditError `ADIT_NOT_YOUR_POOL`; `ADIT_NO_POOL` where the name does not resolve
 */
export async function requireOwnPool(
  host: string,
  { operated, harm }: Ownership,
): Promise<readonly string[] | undefined> {
  if (operated) return undefined;
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  if (addresses.length > 0 && addresses.every(isLoopback)) return addresses;
  throw new AditError(
    'ADIT_NOT_YOUR_POOL',
    `${host} is not this machine. ${harm} If the pool is yours, say --i-operate-this-pool`,
  );
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  } catch {
    throw new AditError('ADIT_NO_POOL', `the name ${host} does not resolve`);
  }
}

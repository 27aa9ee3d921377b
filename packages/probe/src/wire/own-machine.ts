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

/**
 * Makes sure that the pool is on this machine, or that its operator asks. To other operators, and to the miners of their
 * pools, the checks are an attack.
 * @param operated the user says that they operate the pool
 * @returns the allowed addresses, because the name may resolve to others later; undefined where any address is allowed
 * @throws AditError `ADIT_NOT_YOUR_POOL`
 */
export async function requireOwnPool(
  host: string,
  operated: boolean,
): Promise<readonly string[] | undefined> {
  if (operated) return undefined;
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  if (addresses.length > 0 && addresses.every(isLoopback)) return addresses;
  throw new AditError(
    'ADIT_NOT_YOUR_POOL',
    `${host} is not this machine. The checks send forged shares, damaged messages and bursts of connections: on somebody ` +
      `else's pool that is an attack, and it may get your address banned. If the pool is yours, say --i-operate-this-pool`,
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

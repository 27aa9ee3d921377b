import { type AccountReader, parseWorkerName } from '@adit/stratum';
import { AddressFault, accountAddress, addressNetworkOf } from '@adit/wallets';
import type { CommonChain, CommonPort, Located } from './config-family.ts';
import type { Fault } from './faults.ts';

/** What stands before the address of a miner that chooses its scheme. A colon occurs in no address. */
const CHOICE = /^([a-z]+):/;

/**
 * @param choices schemes that miners may choose: `solo:<address>` is the account of that address, with that scheme
 * @returns what reads the accounts of a network whose ports have addresses; undefined for a network without such addresses
 */
export function accountReaderOf(network: string, choices: readonly string[] = []): AccountReader | undefined {
  const addresses = addressNetworkOf(network);
  if (addresses === undefined) return undefined;
  return (text) => {
    const [prefix = '', scheme] = CHOICE.exec(text) ?? [];
    if (scheme !== undefined && !choices.includes(scheme))
      return { fault: `the scheme "${scheme}" cannot be chosen here` };
    const account = accountAddress(text.slice(prefix.length), addresses);
    return account instanceof AddressFault ? { fault: account.message } : { account: `${prefix}${account}` };
  };
}

/**
 * Names in the file that nobody could log in with, since they are not addresses, and networks without known addresses.
 * @param choices schemes that miners of the network may choose
 */
export function accountFaults(
  { chain, key }: Located<CommonChain>,
  choices: readonly string[],
): readonly Fault[] {
  const strict = chain.ports.flatMap((port, p) => (port.accounts === 'address' ? [{ port, p }] : []));
  if (strict.length === 0) return [];
  const read = accountReaderOf(chain.network, choices);
  if (read === undefined)
    return strict.map(({ p }) => ({
      key: `${key}.ports[${p}].accounts`,
      message: `found "address", and addresses of ${chain.network} cannot be read; expected "name"`,
    }));
  return [
    ...Object.values(chain.aliases ?? {}).flatMap((account) => nameFault(account, `${key}.aliases`, read)),
    ...strict.flatMap(({ port, p }) => workerFaults(port, `${key}.ports[${p}]`, read)),
  ];
}

/** Workers of a port that nobody could log in as. An alias among them is a fault of its own. See `aliasFaults`. */
export function workerFaults(
  { workers = [] }: Pick<CommonPort, 'workers'>,
  at: string,
  read: AccountReader,
): readonly Fault[] {
  return workers.flatMap((name, w) => nameFault(name, `${at}.workers[${w}]`, read));
}

function nameFault(name: string, key: string, read: AccountReader): readonly Fault[] {
  return addressFault(parseWorkerName(name, name.length)?.account ?? name, key, read, name);
}

/** @param shown what the file has: the address, or a name that begins with it */
export function addressFault(
  address: string,
  key: string,
  read: AccountReader,
  shown = address,
): readonly Fault[] {
  const reading = read(address);
  return 'fault' in reading ? [{ key, message: `found ${shown}: ${reading.fault}` }] : [];
}

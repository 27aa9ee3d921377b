import type { PoolModules } from '@adit/pool';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Names of the configuration that would have to be addresses, and are none. See `accountFaults`. */
export async function accountAddressFaults(config: Config): Promise<readonly Fault[]> {
  if (!hasAddressAccounts(config)) return [];
  const { accountFaults } = await import('../config/account-addresses.ts');
  return config.chain.flatMap((chain, c) => accountFaults({ chain, key: `chain[${c}]` }));
}

/**
 * What reads the accounts of ports whose accounts are addresses. Codes and curves of addresses are loaded only where a
 * port needs them: they would cost every other start a quarter of a second of processor time.
 */
export async function accountReaders(config: Config): Promise<Pick<PoolModules, 'accountsOf'>> {
  if (!hasAddressAccounts(config)) return {};
  const { accountReaderOf } = await import('../config/account-addresses.ts');
  const choices = new Map(config.chain.map(({ network, money }) => [network, money?.miners_may_choose]));
  return { accountsOf: (network) => accountReaderOf(network, choices.get(network)) };
}

function hasAddressAccounts(config: Config): boolean {
  return config.chain.some(({ ports }) => ports.some(({ accounts }) => accounts === 'address'));
}

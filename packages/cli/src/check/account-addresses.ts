import type { PoolModules } from '@adit/pool';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Names of the configuration that would have to be addresses, and are none. See `accountFaults`. */
export async function accountAddressFaults(config: Config): Promise<readonly Fault[]> {
  if (!hasAddressAccounts(config)) return [];
  const { accountFaults } = await import('../config/account-addresses.ts');
  return config.chain.flatMap((chain, c) =>
    accountFaults({ chain, key: `chain[${c}]` }, choicesOn(chain.network, config)),
  );
}

/**
 * What reads the accounts of ports whose accounts are addresses. Codes and curves of addresses are loaded only where a
 * port needs them: they would cost every other start a quarter of a second of processor time.
 */
export async function accountReaders(config: Config): Promise<Pick<PoolModules, 'accountsOf'>> {
  if (!hasAddressAccounts(config)) return {};
  const { accountReaderOf } = await import('../config/account-addresses.ts');
  return { accountsOf: (network) => accountReaderOf(network, choicesOn(network, config)) };
}

/** Schemes that miners of a network may choose. Its chains are one accounting, and `[chain.money]` stands at one of them. */
function choicesOn(network: string, { chain: chains }: Config): readonly string[] {
  return chains.flatMap((chain) => (chain.network === network ? (chain.money?.miners_may_choose ?? []) : []));
}

function hasAddressAccounts(config: Config): boolean {
  return config.chain.some(({ ports }) => ports.some(({ accounts }) => accounts === 'address'));
}

import { chainsByFamily } from '../config/families.ts';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/**
 * Addresses of rewards that are not those of their network. Codes and curves of addresses are loaded only where a chain has money: a pool
 * without a ledger starts without them.
 */
export async function rewardAddressFaults(config: Config): Promise<readonly Fault[]> {
  const named = chainsByFamily(config).flatMap(([family, chains]) =>
    family.needsRewardAddresses ? chains.filter(({ chain }) => chain.money !== undefined) : [],
  );
  if (named.length === 0) return [];
  const { rewardFaults } = await import('../config/zcash/reward-addresses.ts');
  return named.flatMap(({ chain, key }) =>
    rewardFaults(chain.network, chain.money?.reward_addresses ?? []).map((message) => ({
      key: `${key}.money.reward_addresses`,
      message,
    })),
  );
}

import { chainsByFamily } from '../config/families.ts';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Addresses of rewards that are not those of their network. They are looked at only where a chain has money. */
export async function rewardAddressFaults(config: Config): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const [{ rewardFaults }, chains] of chainsByFamily(config)) {
    for (const { chain, key } of chains) {
      const { network, money } = chain;
      if (rewardFaults === null || money === undefined) continue;
      const messages = await rewardFaults(network, money.reward_addresses ?? []);
      faults.push(...messages.map((message) => ({ key: `${key}.money.reward_addresses`, message })));
    }
  }
  return faults;
}

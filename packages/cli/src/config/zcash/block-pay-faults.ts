import type { Located } from '../config-family.ts';
import type { Fault } from '../faults.ts';
import type { ZcashChainConfig } from './schema.ts';

/** Steps of a percent that a fee may have: it is counted in millionths of the reward. */
const FEE_STEPS = 10 ** 4;

/** A fee in millionths. @param percent with at most four digits behind the point */
export function feePpmOf(percent: number): number {
  return Math.round(percent * FEE_STEPS);
}

/** Faults of chains and ports that pay in the block, which no key shows alone. Addresses are not read here. */
export function blockPayFaults({ key, chain }: Located<ZcashChainConfig>): readonly Fault[] {
  const faults: Fault[] = [];
  const solo = chain.ports.filter(({ pay }) => pay === 'solo-block');
  if (solo.length > 0 && chain.miner_address === undefined)
    faults.push({
      key: `${key}.miner_address`,
      message:
        'is missing: pay = "solo-block" divides what the coinbase pays to the miner_address of the node',
    });
  if (solo.length > 0 && chain.propose_first === false)
    faults.push({
      key: `${key}.propose_first`,
      message: 'found false: pay = "solo-block" needs a node that checks each address before it is mined for',
    });
  for (const [p, port] of chain.ports.entries()) {
    const at = `${key}.ports[${p}]`;
    const { block_fee_percent: percent } = port;
    if (port.pay !== 'solo-block' && percent !== 0)
      faults.push({
        key: `${at}.block_fee_percent`,
        message:
          'is for ports with pay = "solo-block"; the fee of other ports is fee_percent of [chain.money]',
      });
    // Percents are binary fractions: 0.07 times 10^4 is not quite 700.
    if (Math.abs(percent * FEE_STEPS - feePpmOf(percent)) >= 1e-6)
      faults.push({
        key: `${at}.block_fee_percent`,
        message: `found ${percent}, expected at most 4 digits behind the point`,
      });
    if (port.pay === 'solo-block' && port.job_on_subscribe)
      faults.push({
        key: `${at}.job_on_subscribe`,
        message: 'found true: with pay = "solo-block" a job pays an address, so it comes after the login',
      });
  }
  return faults;
}

import type { PayeeReader, PoolModules } from '@adit/pool';
import { chainsByFamily } from '../config/families.ts';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/** Addresses of the configuration that a coinbase cannot pay, where ports pay in the block. */
export async function blockPayeeFaults(config: Config): Promise<readonly Fault[]> {
  const faults: Fault[] = [];
  for (const [{ blockPay }, chains] of chainsByFamily(config))
    for (const located of chains)
      if (blockPay?.isUsed(located.chain) === true) faults.push(...(await blockPay.faults(located)));
  return faults;
}

/** What reads the addresses that blocks pay. Codes and curves of addresses are loaded only where a port needs them. */
export async function payeeReaders(config: Config): Promise<Pick<PoolModules, 'payeesOf'>> {
  const readers: ((network: string) => PayeeReader | undefined)[] = [];
  for (const [{ blockPay }, chains] of chainsByFamily(config))
    if (blockPay !== null && chains.some(({ chain }) => blockPay.isUsed(chain)))
      readers.push(await blockPay.reader());
  if (readers.length === 0) return {};
  return {
    payeesOf: (network) => {
      for (const reader of readers) {
        const found = reader(network);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

import { messageOf } from '@adit/primitives';
import { chainsByFamily } from '../config/families.ts';
import type { Fault } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';

/**
 * Keys of wallets that their passphrases do not open. Curves and ciphers are loaded only where a chain has a wallet with a key: a pool
 * without one starts without them. Whether files can be read, and who may read them, is looked at elsewhere.
 */
export async function walletKeyFaults(config: Config): Promise<readonly Fault[]> {
  const withKeys = chainsByFamily(config).flatMap(([, chains]) =>
    chains.flatMap(({ chain: { money }, key }) =>
      money?.wallet?.key_file === undefined ? [] : [{ settings: money.wallet, key }],
    ),
  );
  if (withKeys.length === 0) return [];
  const { keyOf } = await import('../ledger/true-wallet.ts');
  const faults: Fault[] = [];
  for (const { settings, key } of withKeys) {
    try {
      await keyOf(settings);
    } catch (error) {
      faults.push({ key: `${key}.money.wallet.key_file`, message: messageOf(error) });
    }
  }
  return faults;
}

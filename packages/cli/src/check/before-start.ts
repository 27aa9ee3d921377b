import { configError } from '../config/faults.ts';
import type { Config } from '../config/schema.ts';
import { accountAddressFaults } from './account-addresses.ts';
import { blockPayeeFaults } from './block-payees.ts';
import { cookieFaults } from './cookie-files.ts';
import { askNodes } from './nodes.ts';
import { rewardAddressFaults } from './reward-addresses.ts';

/** A start waits at most this long for silent nodes. After that the pool waits for them with its ports open. */
const ASK_MS = 3_000;

/**
 * Refuses a start that could never become right by itself. A node that is down, and its cookie file with it, may come
 * back; a node of another network stays one.
 * @throws AditError `ADIT_BAD_CONFIG`
 */
export async function refuseWrongNodes(file: string, config: Config): Promise<void> {
  const wrong = [
    ...(await rewardAddressFaults(config)),
    ...(await accountAddressFaults(config)),
    ...(await blockPayeeFaults(config)),
  ];
  const unreadable = cookieFaults(config).filter(({ missing }) => !missing);
  const { faults } = await askNodes(config, { askMs: ASK_MS, advice: false });
  if (wrong.length + unreadable.length + faults.length > 0)
    throw configError(file, [...wrong, ...unreadable, ...faults]);
}

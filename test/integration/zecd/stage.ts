import { until } from '@adit/test-kit/until';
import type { ZcashRig } from '@adit/test-kit/zcash-rig';
import { heightOf, mineOne, untilJobOn } from '../zebra/blocks.ts';
import { callNode } from '../zebra/node-rpc.ts';
import type { PoolSite } from '../zebra/pool-site.ts';
import { SPENDABLE_ADDRESS } from '../zebra/spendable.ts';
import type { ZebradNode } from '../zebra/zebrad-node.ts';
import type { MoneySite } from './money-site.ts';
import type { Payees } from './receipts.ts';
import type { ZecdWallet } from './zecd-wallet.ts';

/** A pool with its node, its ledger and its wallet, and a wallet of miners. */
export interface MoneyStage {
  readonly node: ZebradNode;
  readonly pool: PoolSite;
  readonly ledger: MoneySite;
  /** It gets the rewards, and pays. */
  readonly payer: ZecdWallet;
  /** It has the addresses of all miners. */
  readonly miners: ZecdWallet;
  readonly payees: Payees;
  /** Of the moments that are drawn. */
  readonly seed: number;
  readonly short: boolean;
}

/** Blocks until a reward is owed: the books wait for ten more than the chain does. */
export const MATURE = 110;
/** A wallet that is this far behind is waited for: payouts would rest otherwise. */
const MOST_BEHIND = 5;
/** The ledger and the wallet look at each block before the next one comes. */
const BLOCK_MS = 400;

/** Blocks of somebody else: the wallet gets no reward that the books do not know. */
export async function growBy({ node }: Pick<MoneyStage, 'node'>, count: number): Promise<void> {
  await callNode(node, 'generatetoaddress', [count, SPENDABLE_ADDRESS], 120_000);
}

/** Lets the chain grow, block by block, until something is so. @throws where it is not within the time */
export async function growUntil(
  stage: Pick<MoneyStage, 'node' | 'payer'>,
  what: string,
  isSo: () => boolean | Promise<boolean>,
  seconds = 300,
): Promise<void> {
  const grow = async (): Promise<boolean> => {
    if (await isSo()) return true;
    // A proof that is under way holds the wallet up.
    const behind = (await heightOf(stage.node)) - (await stage.payer.height());
    if (behind < MOST_BEHIND) await growBy(stage, 1);
    await new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
    return false;
  };
  await until(what, grow, seconds);
}

/** A miner for each account finds a block through the pool. @returns ids of the blocks */
export async function findBlocks(
  { node, pool }: Pick<MoneyStage, 'node' | 'pool'>,
  accounts: readonly string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const account of accounts) {
    const rig: ZcashRig = await pool.rig(`${account}.rig`);
    // The pool may not know of blocks yet that others have just made.
    await untilJobOn(rig, String(await callNode(node, 'getbestblockhash')));
    found.push(await mineOne(rig, node));
    rig.client.close();
  }
  return found;
}

/** Resolves when a wallet has read all blocks of the node. */
export async function caughtUp({ node }: Pick<MoneyStage, 'node'>, wallet: ZecdWallet): Promise<void> {
  const isThere = async () => (await wallet.height()) === (await heightOf(node));
  await until('the wallet has read all blocks', isThere, 120);
}

/** Batches that were settled so far. */
export function settled({ ledger }: Pick<MoneyStage, 'ledger'>): number {
  return ledger.events().filter(({ kind, detail = '' }) => kind === 'payout_moved' && /^settled/.test(detail))
    .length;
}

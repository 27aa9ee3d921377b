import { agreedHash, type WalletFunds, type Witness } from '@adit/money';
import type { PayoutControl } from './payout-control.ts';
import type { PayoutModules } from './payout-modules.ts';
import { MOST_BLOCKS_BEHIND, UPGRADE_BLOCKS } from './payout-options.ts';
import type { PayoutStore } from './payout-store.ts';
import { reconcileWallet } from './reconcile.ts';
import type { CallCheck } from './step-result.ts';

/**
 * Everything that has to be true immediately before a wallet is asked to pay. Each of these was once not looked at somewhere, and
 * money was sent twice or into the void.
 * @param control names the wallet that payouts began with
 */
export async function checkBeforeCall(
  modules: PayoutModules,
  store: PayoutStore,
  { identity, identitySinceMs }: PayoutControl,
): Promise<CallCheck> {
  const { wallet, witness, writer, books, guard } = modules;
  const broken = await guard?.check();
  if (broken !== undefined) return { kind: 'hold', reason: 'books_broken', detail: broken };
  const tip = await witness.tip();
  if (tip === undefined) return waits('nodes_away', 'too few nodes answer, or they do not agree on a tip');
  const now = await wallet.identity();
  if (identity !== null && now !== identity)
    return { kind: 'hold', reason: 'wallet_changed', detail: `the wallet says that it is ${now}` };
  // Only sending wallets keep transactions; of other wallets all bytes are ours.
  const remembered =
    wallet.kind === 'sending'
      ? await writer.read((queries) => store.remembered(queries, identitySinceMs))
      : [];
  if (wallet.kind === 'sending' && remembered.length > 0 && !(await wallet.remembers(remembered)))
    return {
      kind: 'hold',
      reason: 'wallet_changed',
      detail: 'the wallet has forgotten transactions that it made',
    };
  const funds = await wallet.funds();
  const chain = await checkChain(funds, tip.height, witness);
  if (chain !== undefined) return chain;
  const upgrade = await witness.nextUpgrade();
  if (upgrade !== null && upgrade - tip.height <= UPGRADE_BLOCKS)
    return waits('upgrade_near', `the upgrade at height ${upgrade} is ${upgrade - tip.height} blocks away`);
  if (funds.unconfirmedSpends !== 0n)
    return waits('unconfirmed', `${funds.unconfirmedSpends} of own transactions is not in a block yet`);
  const pendingIncome = await modules.pendingIncome();
  const { gap } = await writer.read((queries) =>
    reconcileWallet(queries, books, funds, pendingIncome, undefined),
  );
  if (gap !== 0n) return waits('reconcile_gap', `the wallet has ${gap} more than the books say`);
  return { kind: 'clear', tip: tip.height, identity: now, remembered };
}

/** @returns why the wallet is not where the nodes are, or undefined if it is */
export async function checkChain(
  funds: Pick<WalletFunds, 'height' | 'hash' | 'isComplete'>,
  tip: number,
  witness: Witness,
): Promise<Extract<CallCheck, { kind: 'waits' }> | undefined> {
  if (!funds.isComplete) return waits('wallet_incomplete', 'the wallet has not read all of its blocks yet');
  if (funds.height < tip - MOST_BLOCKS_BEHIND)
    return waits('wallet_behind', `the wallet is at height ${funds.height}, the nodes are at ${tip}`);
  const agreed = agreedHash(await witness.hashesAt(funds.height), witness.configuredNodes);
  if (agreed === undefined)
    return waits('nodes_disagree', `the nodes do not agree on height ${funds.height}`);
  // A wallet on a dead branch calls itself synced, and what it sends from there can be void.
  if (agreed !== funds.hash)
    return waits('wallet_branch', `the wallet has another block at height ${funds.height} than the nodes`);
  return undefined;
}

function waits(why: Extract<CallCheck, { kind: 'waits' }>['why'], detail: string) {
  return { kind: 'waits', why, detail } as const;
}

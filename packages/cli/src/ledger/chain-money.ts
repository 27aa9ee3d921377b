import type { ChainMoney } from '@adit/api';
import { type LedgerWriter, moneyFigures } from '@adit/ledger';
import { coinsToUnits } from '../config/coins.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { PayoutParts } from './payout-parts.ts';

/**
 * Reads the money of a chain for its metrics. The wallet is asked, too; one that does not answer leaves the gap open.
 * @param payouts undefined without a wallet
 */
export async function readChainMoney(
  { network: chain, coin, money }: LedgerChain,
  payouts: Pick<PayoutParts, 'commands'> | undefined,
  writer: Pick<LedgerWriter, 'transact'>,
): Promise<ChainMoney> {
  const minimum = coinsToUnits(money.minimum, coin);
  const figures = await writer.transact((queries) =>
    moneyFigures(queries, { chain, minimum, atMs: Date.now() }),
  );
  const { decimals } = coin;
  if (payouts === undefined) return { ...figures, decimals, isPaying: false, holds: [], gap: null };
  const { commands } = payouts;
  const { control, held } = await commands.status();
  const holds = [
    ...control.holds.map(({ reason }) => reason),
    ...held.map(({ position }) => position.reason),
  ];
  return {
    ...figures,
    decimals,
    isPaying: control.mode === 'approve' || control.mode === 'auto',
    holds: holds.filter((reason) => reason !== undefined && reason !== null),
    gap: await commands.reconcile().then(
      ({ gap }) => gap,
      () => null,
    ),
  };
}

import type { PayoutOptions } from '@adit/ledger';
import { PROOF_MARGIN } from '@adit/money';
import { coinsToUnits } from '../config/coins.ts';
import type { LedgerChain } from './ledger-chains.ts';
import type { WalletModules } from './ledger-modules.ts';

/** Caps of a chain that never pays by itself: a plan shows what would be paid without them. */
const NO_CAP = 10n ** 40n;

/** The options of a chain's payouts. */
export function payoutOptions(
  { network, coin, money }: LedgerChain,
  { settleDepth, mostFee }: Pick<WalletModules, 'settleDepth' | 'mostFee'>,
): PayoutOptions {
  const amount = (text: string | undefined): bigint =>
    text === undefined ? NO_CAP : coinsToUnits(text, coin);
  return {
    chain: network,
    wallet: money.wallet?.kind ?? 'none',
    caps: {
      payment: amount(money.payment_cap),
      batch: amount(money.batch_cap),
      daily: amount(money.day_cap),
    },
    minimum: coinsToUnits(money.minimum, coin),
    keep: coinsToUnits(money.keep, coin),
    feeBorneBy: money.fee_borne_by,
    mostFee,
    rules: { settleDepth },
    shieldFrom: coinsToUnits(money.minimum, coin),
    margin: PROOF_MARGIN,
  };
}

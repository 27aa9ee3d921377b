import { isPaidAtOnce } from '@adit/money';
import { messageOf } from '@adit/primitives';
import { type Coin, coinsToUnits } from './coins.ts';
import type { CommonChain } from './config-family.ts';
import type { Fault } from './faults.ts';
import type { MoneyConfig, WalletKind } from './money-keys.ts';

/** Keys of a wallet that a kind needs. Each kind has a row: one that is missing does not compile. */
const NEEDED: Readonly<Record<WalletKind, readonly (keyof NonNullable<MoneyConfig['wallet']>)[]>> = {
  paper: [],
  truechain: ['key_file', 'chain_id'],
  zecd: ['url', 'user', 'password_file', 'address'],
};

const NO_REWARDS =
  "is missing: expected the node's miner_address, so that the ledger can read what a block pays you";

const CAPS = ['payment_cap', 'batch_cap', 'day_cap'] as const;
/** Steps of a percent that the books can tell apart: they count in millionths. */
const FEE_STEPS = 10 ** 4;

/**
 * Faults of a chain's money that no key shows alone.
 * @param wallets the kinds of wallets that the chain's family has
 */
export function moneyFaults(
  { money }: CommonChain,
  key: string,
  {
    coin,
    wallets,
    needsRewardAddresses,
    hasPrices,
  }: {
    readonly coin: Coin;
    readonly wallets: readonly WalletKind[];
    readonly needsRewardAddresses: boolean;
    readonly hasPrices: boolean;
  },
): Fault[] {
  if (money === undefined) return [];
  const at = `${key}.money`;
  return [
    ...amountFaults(money, at, coin),
    ...capFaults(money, at),
    ...walletFaults(money, at, wallets),
    ...feeFaults(money, at),
    ...reserveFaults(money, at, { coin, hasPrices }),
    ...(needsRewardAddresses && (money.reward_addresses ?? []).length === 0
      ? [{ key: `${at}.reward_addresses`, message: NO_REWARDS }]
      : []),
  ];
}

function amountFaults(money: MoneyConfig, at: string, coin: Coin): Fault[] {
  return (['minimum', 'keep', 'reserve_floor', 'reserve_resume', ...CAPS] as const).flatMap((name) => {
    const text = money[name];
    if (text === undefined) return [];
    try {
      coinsToUnits(text, coin);
      return [];
    } catch (error) {
      return [{ key: `${at}.${name}`, message: messageOf(error) }];
    }
  });
}

/** Payments by themselves have bounds that somebody chose: there is no default that is right for a pool. */
function capFaults(money: MoneyConfig, at: string): Fault[] {
  const { payouts } = money;
  if (payouts === 'off' || payouts === 'plan') return [];
  return CAPS.filter((name) => money[name] === undefined).map((name) => ({
    key: `${at}.${name}`,
    message: `is missing: payouts = "${payouts}" pays within payment_cap, batch_cap and day_cap only`,
  }));
}

/** A key is of no use without its passphrase, which comes from one place. */
function passphraseFaults(wallet: NonNullable<MoneyConfig['wallet']>, at: string): Fault[] {
  if (wallet.key_file === undefined) return [];
  const { passphrase_file: file, passphrase_env: variable } = wallet;
  if ((file === undefined) !== (variable === undefined)) return [];
  const message =
    file === undefined
      ? 'is missing: the key needs its passphrase, from passphrase_file or passphrase_env'
      : 'and passphrase_env contradict each other: keep one of them';
  return [{ key: `${at}.wallet.passphrase_file`, message }];
}

function walletFaults({ payouts, wallet }: MoneyConfig, at: string, wallets: readonly WalletKind[]): Fault[] {
  if (wallet === undefined) {
    return payouts === 'off'
      ? []
      : [{ key: `${at}.wallet`, message: `is missing: payouts = "${payouts}" needs [chain.money.wallet]` }];
  }
  if (!wallets.includes(wallet.kind))
    return [
      {
        key: `${at}.wallet.kind`,
        message: `found "${wallet.kind}", expected ${wallets.length === 0 ? 'no wallet: none can pay on this network yet' : `one of ${wallets.join(', ')} on this network`}`,
      },
    ];
  const missing = NEEDED[wallet.kind]
    .filter((name) => wallet[name] === undefined)
    .map((name) => ({
      key: `${at}.wallet.${name}`,
      message: `is missing: kind = "${wallet.kind}" needs it`,
    }));
  return [...missing, ...passphraseFaults(wallet, at)];
}

/** Shares that are paid at once need a price and a reserve with a floor that somebody chose. */
function reserveFaults(
  money: MoneyConfig,
  at: string,
  { coin, hasPrices }: { readonly coin: Coin; readonly hasPrices: boolean },
): Fault[] {
  const { scheme, miners_may_choose: choices = [], reserve_floor: floor, reserve_resume: resume } = money;
  const key = isPaidAtOnce(scheme) ? `${at}.scheme` : `${at}.miners_may_choose`;
  const kind = [scheme, ...choices].find(isPaidAtOnce);
  const faults: Fault[] = [];
  if (kind !== undefined && !hasPrices)
    faults.push({
      key,
      message: `found "${kind}", expected a scheme that pays with blocks: what a share is worth cannot be read on this network`,
    });
  if (kind !== undefined && floor === undefined)
    faults.push({
      key: `${at}.reserve_floor`,
      message: `is missing: "${kind}" pays shares from a reserve, and stops below this amount`,
    });
  if (floor !== undefined && resume !== undefined && isLess(resume, floor, coin))
    faults.push({
      key: `${at}.reserve_resume`,
      message: `found "${resume}", expected at least reserve_floor`,
    });
  return faults;
}

/** False also for text that is not an amount, which is a fault of its own. */
function isLess(a: string, b: string, coin: Coin): boolean {
  try {
    return coinsToUnits(a, coin) < coinsToUnits(b, coin);
  } catch {
    return false;
  }
}

function feeFaults({ fee_percent: percent }: MoneyConfig, at: string): Fault[] {
  // Percents are binary fractions: 0.07 times 10^4 is not quite 700.
  const isExact = Math.abs(percent * FEE_STEPS - Math.round(percent * FEE_STEPS)) < 1e-6;
  if (isExact) return [];
  const message = `found ${percent}, expected at most 4 digits behind the point`;
  return [{ key: `${at}.fee_percent`, message }];
}

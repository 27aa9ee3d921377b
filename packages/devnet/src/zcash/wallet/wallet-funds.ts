import { MARGINAL_FEE } from '../payments/payment-rules.ts';
import { isReward, type OwnOutput, type WalletDatabase } from './wallet-database.ts';

/** Blocks after which a wallet spends what it got. */
export interface WalletDepths {
  /** Rewards. */
  readonly reward: number;
  /** Own change, and what it shielded itself. zecd: 3. */
  readonly trusted: number;
  /** What others paid. zecd: 10. */
  readonly untrusted: number;
}

/** The parts of `getbalances`, in zatoshi. */
export interface WalletBalances {
  readonly trusted: bigint;
  readonly untrustedPending: bigint;
  readonly immature: bigint;
  readonly coinbase: bigint;
}

type Part = 'trusted' | 'untrustedPending' | 'immature' | 'coinbase';

/** Balances as zecd counts them: mature rewards stand in `trusted` as well, although they cannot be paid out. */
export function balancesOf(database: WalletDatabase, depths: WalletDepths): WalletBalances {
  const parts: Record<Part, bigint> = { trusted: 0n, untrustedPending: 0n, immature: 0n, coinbase: 0n };
  for (const output of database.unspent().filter(isWorthSpending))
    parts[partOf(output, database, depths)] += output.value;
  return { ...parts, trusted: parts.trusted + parts.coinbase };
}

/** Notes that can be paid out, largest first. An address with an Orchard receiver spends Ironwood alone. */
export function spendableNotes(database: WalletDatabase, depths: WalletDepths): OwnOutput[] {
  return largestFirst(database, depths, (part, output) => part === 'trusted' && output.pool === 'ironwood');
}

/** Mature rewards, largest first. */
export function spendableRewards(database: WalletDatabase, depths: WalletDepths): OwnOutput[] {
  return largestFirst(database, depths, (part) => part === 'coinbase');
}

function largestFirst(
  database: WalletDatabase,
  depths: WalletDepths,
  isWanted: (part: Part, output: OwnOutput) => boolean,
): OwnOutput[] {
  return database
    .unspent()
    .filter((output) => isWorthSpending(output) && isWanted(partOf(output, database, depths), output))
    .sort((a, b) => (a.value === b.value ? 0 : a.value > b.value ? -1 : 1));
}

/** What costs as much to spend as it is worth is in no balance of zecd, and it never spends it. */
function isWorthSpending({ value }: OwnOutput): boolean {
  return value > MARGINAL_FEE;
}

function partOf(output: OwnOutput, database: WalletDatabase, depths: WalletDepths): Part {
  const confirmations = database.confirmations(output.transaction);
  if (isReward(output)) return confirmations >= depths.reward ? 'coinbase' : 'immature';
  const { isSend, isShielding } = output.transaction;
  if (confirmations >= (isSend ? depths.trusted : depths.untrusted)) return 'trusted';
  return isSend && !isShielding ? 'immature' : 'untrustedPending';
}

import { AditError } from '@adit/primitives';
import { checkAccountId, compareIds } from '../exact/account-id.ts';
import { checkAmount, sumOf } from '../exact/amount.ts';
import type { RoundCredit } from '../schemes/round-credit.ts';

/** Most outputs that a coinbase may have in the operator's place. More would need a node's verdict that nobody has recorded. */
const MOST_OUTPUTS = 1_000;

/** Rules of a plan. */
export interface BlockPlanOptions {
  /** Least amount of an output, in the smallest unit, above zero: a coinbase has no outputs of zero. */
  readonly minimum: bigint;
  /** Most accounts that one block pays, from 1 to 999: the operator's output is one of 1,000. */
  readonly mostPayees: number;
}

/** An account that the next block pays. `amount = earned + owed`. */
export interface BlockPlanPayee {
  readonly account: string;
  /** The part of this block that it gets at once; the rest of what it earns with this block stays owed. */
  readonly earned: bigint;
  /** What earlier blocks left owed, and this one pays. */
  readonly owed: bigint;
  /** The output of the coinbase, at least the minimum. */
  readonly amount: bigint;
}

/** Whom a block pays. The payees' amounts and the operator's sum to the reward. */
export interface BlockPlan {
  readonly reward: bigint;
  /** In the order of their outputs. Empty if nobody reaches the minimum. */
  readonly payees: readonly BlockPlanPayee[];
  /** What stays in the operator's output: fees, donations, and parts that stay owed. Zero means that it has no output. */
  readonly operator: bigint;
}

/**
 * Settles whom a block pays, before it is known.
 *
 * Each account claims its part of this block and what earlier blocks left owed. A claim below the minimum stays owed. Accounts
 * that are owed come first, so that a pool of many accounts pays each of them in the end; larger debts come before smaller ones,
 * then larger claims before smaller ones, then names in the order of bytes ({@link compareIds}). So the plan does not depend on
 * the order in which scores or debts come.
 *
 * Debts can make the claims larger than the reward, since the operator's outputs of earlier blocks hold their coins. The last
 * payee then gets what is left, if that reaches the minimum. Whoever is paid less than it claims is owed the rest.
 *
 * @param credit how the reward is shared out. Parts of the reserve and suspense stay with the operator
 * @param owed balances of earlier blocks by account. Below zero is what an account was paid by a block that was orphaned: it is
 *   taken off its claim
 * @param canPay whether a coinbase can pay the account
 * @throws AditError `ADIT_BAD_AMOUNT`, `ADIT_BAD_ACCOUNT`, `ADIT_BAD_OPTION`
 */
export function planBlock(
  credit: RoundCredit,
  owed: ReadonlyMap<string, bigint>,
  canPay: (account: string) => boolean,
  options: BlockPlanOptions,
): BlockPlan {
  checkOptions(options);
  checkAmount(credit.reward, 'a reward');
  const claims = claimsOf(credit, owed)
    .filter(({ claim, account }) => claim >= options.minimum && canPay(account))
    .sort(byRank)
    .slice(0, options.mostPayees);
  const payees: BlockPlanPayee[] = [];
  let left = credit.reward;
  for (const { account, debt, claim } of claims) {
    const amount = smaller(claim, left);
    if (amount < options.minimum) break;
    // The oldest money goes first: an output settles the debt before it pays for this block.
    const settled = smaller(positive(debt), amount);
    payees.push({ account, earned: amount - settled, owed: settled, amount });
    left -= amount;
  }
  return { reward: credit.reward, payees, operator: left };
}

/** @returns what a plan pays to all accounts together */
export function paidBy({ payees }: Pick<BlockPlan, 'payees'>): bigint {
  return sumOf(payees.map(({ amount }) => amount));
}

interface Claim {
  readonly account: string;
  readonly debt: bigint;
  readonly claim: bigint;
}

function claimsOf({ parts }: RoundCredit, owed: ReadonlyMap<string, bigint>): readonly Claim[] {
  const nets = new Map(parts.map(({ account, net }) => [account, net]));
  return [...new Set([...nets.keys(), ...owed.keys()])].map((account) => {
    checkAccountId(account);
    const net = nets.get(account) ?? 0n;
    checkAmount(net, `the part of ${account}`);
    const debt = owed.get(account) ?? 0n;
    return { account, debt, claim: net + debt };
  });
}

function byRank(a: Claim, b: Claim): number {
  return (
    descending(positive(a.debt), positive(b.debt)) ||
    descending(a.claim, b.claim) ||
    compareIds(a.account, b.account)
  );
}

function positive(debt: bigint): bigint {
  return debt > 0n ? debt : 0n;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function descending(a: bigint, b: bigint): number {
  return a > b ? -1 : a < b ? 1 : 0;
}

function checkOptions({ minimum, mostPayees }: BlockPlanOptions): void {
  checkAmount(minimum, 'the minimum of a block');
  if (minimum === 0n) throw new AditError('ADIT_BAD_AMOUNT', 'the minimum of a block must be above zero');
  if (!Number.isSafeInteger(mostPayees) || mostPayees < 1 || mostPayees >= MOST_OUTPUTS)
    throw new AditError(
      'ADIT_BAD_OPTION',
      `mostPayees must be a whole number from 1 to ${MOST_OUTPUTS - 1}, not ${mostPayees}`,
    );
}

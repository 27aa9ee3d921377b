import { checkAccountId } from '../exact/account-id.ts';

/**
 * The accounts that each chain has once. Debits count above zero, credits below.
 *
 * | account | what it holds |
 * |---|---|
 * | `asset:immature` | rewards of blocks that may still be orphaned |
 * | `asset:coinbase` | mature rewards that have to be shielded before they can be spent |
 * | `asset:transit` | shielded rewards that the wallet does not spend yet |
 * | `asset:hot` | what the wallet can spend |
 * | `equity:fee-pending`, `equity:fee` | the pool's fees of immature and of mature blocks |
 * | `equity:pps-pending`, `equity:pps` | the reserve that pays for shares at once |
 * | `equity:owner` | what the operator put in, less what it took out |
 * | `cost:network-fee` | fees of payouts and of shielding that the pool bore |
 * | `suspense` | money that nobody can be named for; a person has to look |
 */
export type FixedAccount =
  | 'asset:immature'
  | 'asset:coinbase'
  | 'asset:transit'
  | 'asset:hot'
  | 'equity:fee-pending'
  | 'equity:fee'
  | 'equity:pps-pending'
  | 'equity:pps'
  | 'equity:owner'
  | 'cost:network-fee'
  | 'suspense';

/** The accounts of which there is one for each miner, cause of donations, or batch of payouts. */
export type OpenAccount =
  | `liab:miner-pending:${string}`
  | `liab:miner:${string}`
  | `liab:donation-pending:${string}`
  | `liab:donation:${string}`
  | `liab:payout:${string}`;

/** An account of the books. What an `account` of the pool is owed is a balance of one of them. */
export type ChartAccount = FixedAccount | OpenAccount;

/** A kind of account that is opened with a name behind it. */
export type OpenKind = 'miner-pending' | 'miner' | 'donation-pending' | 'donation' | 'payout';

/**
 * Opens an account of the books.
 * @param name an account, a cause, or the id of a batch. It may have colons: it is the rest of the name.
 * @throws AditError `ADIT_BAD_ACCOUNT`
 */
export function openAccount<Kind extends OpenKind>(kind: Kind, name: string): `liab:${Kind}:${string}` {
  checkAccountId(name);
  return `liab:${kind}:${name}`;
}

/** @returns the name behind the kind, or undefined for accounts of other kinds */
export function nameIn(account: ChartAccount, kind: OpenKind): string | undefined {
  const prefix = `liab:${kind}:`;
  return account.startsWith(prefix) ? account.slice(prefix.length) : undefined;
}

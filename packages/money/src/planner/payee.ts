/** What a payee can be paid to. A wallet's limits say what each kind costs, and which of them it cannot pay. */
export type PayeeKind = 'p2pkh' | 'p2sh' | 'tex' | 'sapling' | 'orchard' | 'truechain';

/** Who is paid for an account, after its address was read. */
export interface Payee {
  /** As the account's owner spelt it, for the wallet and for people. */
  readonly address: string;
  /**
   * The receiver: what two spellings of one payee have in common. Two unified addresses may share one, and a TEX address has that of
   * its P2PKH address.
   */
  readonly receiver: string;
  readonly kind: PayeeKind;
}

/** An account with a balance, as the planner sees it. */
export interface DueAccount {
  readonly account: string;
  /** What it is owed; below zero if an orphan took more than it had. */
  readonly owed: bigint;
  /** Its own minimum; the larger one of this and the pool's counts. */
  readonly minimum: bigint;
  /** Since when it has been owed at least its minimum, in milliseconds since 1970: who waits longest is paid first. */
  readonly dueSinceMs: number;
  /** Null if nobody is set, or the address cannot be read. */
  readonly payee: Payee | null;
  /** An operator or a rule set it aside. */
  readonly isParked: boolean;
}

/** Why an account is set aside: it is not paid, all others are, and a person has to change something. */
export type ParkReason =
  | 'parked'
  | 'no_payee'
  | 'own_address'
  | 'wallet_cannot_pay'
  | 'above_payment_cap'
  | 'above_batch_cap'
  | 'dust';

/** Why an account waits: it is paid by itself, later. */
export type WaitReason = 'below_minimum' | 'no_place' | 'batch_cap' | 'daily_cap' | 'not_spendable';

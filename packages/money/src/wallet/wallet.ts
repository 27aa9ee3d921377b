import type { ListedSend, MatchOutput } from '../payouts/history-match.ts';
import type { NonceUse } from '../payouts/nonce-payment.ts';
import type { NodeHash } from '../payouts/proof.ts';
import type { ScannedBlock } from '../payouts/proof-by-expiry.ts';
import type { Payee } from '../planner/payee.ts';
import type { WalletLimits } from '../planner/wallet-limits.ts';

/** What a wallet holds. Amounts are in the smallest unit. */
export interface WalletFunds {
  /** What it can pay out now. */
  readonly spendable: bigint;
  /** Mature rewards that it has to shield before it can pay them out. */
  readonly coinbase: bigint;
  /** Everything that it has, whether it can be spent yet or not; without what own unconfirmed transactions pay to others. */
  readonly total: bigint;
  /** What own unconfirmed transactions pay to others, their fees included. */
  readonly unconfirmedSpends: bigint;
  /** Block up to which it knows the chain. */
  readonly height: number;
  /** Hash of its own block at that height: on a dead branch it is not the nodes'. */
  readonly hash: string;
  /** Whether it has fetched all that belongs to the blocks that it knows. */
  readonly isComplete: boolean;
}

/** An output of a payout. */
export interface WalletOutput {
  readonly payee: Payee;
  readonly amount: bigint;
}

/** A payout as a wallet is asked for it. */
export interface WalletPayment {
  readonly batch: string;
  /** Outputs to payees. The driver adds the tag output to an own address by itself, where it needs one. */
  readonly outputs: readonly WalletOutput[];
  /** The mark that only this batch has. */
  readonly tag: string;
}

/**
 * What a call that may have acted answered. `nothing_happened` is said for answers of a closed list only, of which it is recorded
 * that the wallet made nothing before; everything else, a time-out and an unreadable answer too, is `doubt`.
 */
export type CallAnswer<Done> =
  | Done
  | { readonly kind: 'nothing_happened'; readonly why: string }
  | { readonly kind: 'doubt'; readonly why: string };

/** What the wallet says about an operation. An id that it does not know is `doubt`. */
export type OperationAnswer = CallAnswer<
  { readonly kind: 'running' } | { readonly kind: 'done'; readonly txid: string }
>;

/** A look at the history of a wallet: all of it belongs to one moment. */
export interface WalletHistory {
  /** Sent transactions since a height, in whichever state: mined, waiting, expired. */
  readonly sends: readonly (ListedSend & {
    readonly state: 'mined' | 'waiting' | 'expired';
    readonly expiry: number | null;
  })[];
  readonly listedFrom: number;
  /** Whether no operation of the wallet waits or runs. */
  readonly isIdle: boolean;
  readonly isComplete: boolean;
  readonly height: number;
  readonly hash: string;
}

/** What every wallet says. */
export interface AnyWallet {
  /** What a transaction of it can hold and costs. */
  readonly limits: WalletLimits;
  /**
   * Who it is: seed, account and database. Payouts stop when it changes.
   * @throws where the wallet does not answer; as all calls here that only read
   */
  identity(): Promise<string>;
  funds(): Promise<WalletFunds>;
  /** Its own receivers among those: nobody is paid to them. */
  ownReceivers(receivers: readonly string[]): Promise<ReadonlySet<string>>;
}

/** A wallet of which one call builds and sends. */
export interface SendingWallet extends AnyWallet {
  readonly kind: 'sending';
  /**
   * True where a person pays: an operation is a file with the name of its batch, so it outlives every process, cannot be that of another
   * batch, and may run for weeks.
   */
  readonly isByHand?: true;
  /** Blocks that a transaction of it lives at most behind the tip at which it was built. */
  readonly life: number;
  /** Begins the payment. It is called once for a batch, ever. It does not throw: what goes wrong is `doubt`. */
  start(
    payment: WalletPayment,
  ): Promise<
    CallAnswer<
      { readonly kind: 'operation'; readonly id: string } | { readonly kind: 'done'; readonly txid: string }
    >
  >;
  poll(operation: string): Promise<OperationAnswer>;
  history(fromHeight: number): Promise<WalletHistory>;
  /** Whether it has all of these transactions: a rebuilt database has forgotten some. */
  remembers(txids: readonly string[]): Promise<boolean>;
  /** The bytes that it keeps of an own transaction; null if it does not know it. */
  rawTransaction(txid: string): Promise<Uint8Array | null>;
}

/** A draft: no valid transaction exists yet. */
export interface WalletDraft {
  /** What `finish` needs. Stored by the ledger; the same draft gives the same transaction id. */
  readonly draft: Uint8Array;
  readonly outputs: readonly MatchOutput[];
  readonly fee: bigint;
  /** Last height at which it can be mined; 0 if for ever. */
  readonly expiry: number;
}

/** A transaction whose bytes are ours to keep and to send. */
export interface BuiltTransaction {
  readonly raw: Uint8Array;
  readonly txid: string;
  readonly fee: bigint;
  /** Transparent inputs as `txid:index`; empty where inputs are shielded. */
  readonly inputs: readonly string[];
}

/** A wallet that builds a transaction which we keep, and which nodes broadcast. */
export interface BuildingWallet extends AnyWallet {
  readonly kind: 'building';
  /** May be asked again as long as `finish` was never called. @throws for funds or payees that do not do */
  draft(payment: WalletPayment): Promise<WalletDraft>;
  finish(draft: Uint8Array): Promise<BuiltTransaction>;
}

/** A payment that is to be signed. Signing it again gives the same bytes. */
export interface NonceOrder {
  readonly nonce: bigint;
  /** Null for a cancellation: nothing is paid, to the account itself. */
  readonly payee: Payee | null;
  readonly amount: bigint;
  /** Price of a fee unit. */
  readonly price: bigint;
}

/** A payment with its bytes. It never expires. */
export interface SignedOrder {
  readonly raw: Uint8Array;
  /** The id under which nodes show it first; strangers can change it. */
  readonly txid: string;
}

/** A wallet whose account has nonces, and whose key we hold: each item of a batch is a transaction of its own. */
export interface NonceWallet extends AnyWallet {
  readonly kind: 'nonce';
  /** The account that pays, in the one spelling in which nodes are compared. */
  readonly account: string;
  /** Fee units of a payment. */
  readonly unitsPerPayment: bigint;
  /** Most of its transactions that may wait in a node: beyond them a node drops some. */
  readonly mostWaiting: number;
  readonly nonces: NonceWitness;
  /** Price of a fee unit that nodes take now. @throws where no node answers */
  price(): Promise<bigint>;
  /** Least price of a transaction that replaces one with the same nonce. */
  replacementPrice(price: bigint): bigint;
  /** The receiver of a payee as nodes write it: what {@link NonceUse} says of a payment to it. */
  addressOf(payee: Payee): string;
  /** Reads signed bytes of its own. A cancellation pays nothing, to the account itself: it only uses a nonce up. */
  read(raw: Uint8Array): { readonly price: bigint; readonly isCancellation: boolean };
  /** @throws AditError where the key cannot be used */
  sign(order: NonceOrder): Promise<SignedOrder>;
}

/** A nonce that is asked about. */
export interface NonceQuestion {
  readonly nonce: bigint;
  /** Ids of transactions of ours that have it: the first places to look. */
  readonly txids: readonly string[];
  /** Height from which on a transaction with it can be in a block. */
  readonly since: number;
}

/** What the nodes say about a nonce. `unsure`: they contradict each other, or too few answered; it changes nothing. */
export type NonceSight =
  | {
      readonly kind: 'used';
      readonly use: NonceUse;
      readonly txid: string;
      readonly fee: bigint;
      readonly height: number;
    }
  | { readonly kind: 'not_used' }
  | { readonly kind: 'unsure' };

/** What a ledger asks the nodes about the nonces of the account that pays. Every answer is that of the nodes that agree. */
export interface NonceWitness {
  readonly configuredNodes: number;
  /** How many nonces are used on the best chain: the next free one. Undefined while nodes differ, or too few answer. */
  count(): Promise<bigint | undefined>;
  /** An answer for each question, in their order. */
  uses(questions: readonly NonceQuestion[]): Promise<readonly NonceSight[]>;
}

/** A wallet by how it pays. */
export type Wallet = SendingWallet | BuildingWallet | NonceWallet;

/** Where the nodes have a transaction. `unsure`: they contradict each other, or too few answered; it changes nothing. */
export type TransactionPlace =
  | {
      readonly kind: 'mined';
      readonly height: number;
      readonly hash: string;
      readonly depth: number;
      readonly fee: bigint | null;
    }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unsure' };

/** What a ledger asks the nodes about payments. Every answer is that of the nodes that agree. */
export interface Witness {
  /** Nodes in the configuration, whether they answer or not. */
  readonly configuredNodes: number;
  /** The tip on which nodes agree, the highest of them; undefined while too few answer. */
  tip(): Promise<{ readonly height: number; readonly hash: string } | undefined>;
  /** Each node's hash at a height; null where it did not answer or has no such block. */
  hashesAt(height: number): Promise<readonly NodeHash[]>;
  place(txid: string): Promise<TransactionPlace>;
  /** Blocks of one node's best chain, ascending. @throws where one of them cannot be read */
  blocks(from: number, to: number): Promise<readonly ScannedBlock[]>;
  /** Height of the next consensus upgrade behind the tip; null if none is planned. */
  nextUpgrade(): Promise<number | null>;
}

/** Hands bytes to the nodes. The answer steers pauses and log lines; it never releases money. */
export interface Broadcaster {
  send(
    raw: Uint8Array,
  ): Promise<{ readonly kind: 'taken' | 'known' | 'refused' | 'no_answer'; readonly why: string }>;
}

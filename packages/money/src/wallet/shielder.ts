import type { Payee } from '../planner/payee.ts';
import type { CallAnswer, OperationAnswer } from './wallet.ts';

/** A transaction by which the wallet moved mature rewards of its own to its shielded address. */
export interface ShieldingSeen {
  readonly txid: string;
  /** Sum of the rewards that it spends, its fee included. */
  readonly value: bigint;
  readonly fee: bigint;
}

/**
 * What a wallet can do that shields mature rewards before it pays them out. Shielding moves money from the pool to the pool, so a
 * call that is made twice loses nothing but a fee. What can lose everything is a wrong target: wallets shield to any address.
 */
export interface Shielder {
  /** The address that is shielded to. @throws where the wallet does not answer */
  target(): Promise<Payee>;
  /** Begins to shield what is mature. It does not throw: what goes wrong is `doubt`. */
  start(
    target: Payee,
  ): Promise<
    CallAnswer<
      { readonly kind: 'operation'; readonly id: string } | { readonly kind: 'done'; readonly txid: string }
    >
  >;
  poll(operation: string): Promise<OperationAnswer>;
  /** All shieldings of this wallet since a height, in whichever state. @throws where the wallet does not answer */
  list(fromHeight: number): Promise<readonly ShieldingSeen[]>;
}

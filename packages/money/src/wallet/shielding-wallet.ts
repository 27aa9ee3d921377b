import type { CallAnswer, OperationAnswer } from './wallet.ts';

/** A shielding that was begun. */
export interface BegunShielding {
  readonly kind: 'operation';
  readonly id: string;
  /** Rewards that it moves, and their value; the fee is taken off what arrives. */
  readonly inputs: number;
  readonly value: bigint;
  /** Value of the mature rewards that it leaves. */
  readonly remaining: bigint;
}

/** A wallet that has to move its rewards to a shielded address of its own before it can pay them out. */
export interface ShieldingWallet {
  /**
   * Begins to shield mature rewards. It is called once for an intent. It does not throw: what goes wrong is `doubt`. That there is
   * nothing to shield is `nothing_happened`.
   * @param limit most rewards that one transaction moves; 0: all
   */
  shield(limit: number): Promise<CallAnswer<BegunShielding>>;
  /** @throws where the wallet does not answer */
  poll(operation: string): Promise<OperationAnswer>;
}

import type { CallAnswer, OperationAnswer, Payee, Shielder, ShieldingSeen } from '@adit/money';
import type { ZecdWallet } from './zecd-wallet.ts';

/** Shields mature rewards of a zecd wallet to its own address, for the payouts of a ledger. */
export class ZecdShielder implements Shielder {
  readonly #wallet: ZecdWallet;

  constructor(wallet: ZecdWallet) {
    this.#wallet = wallet;
  }

  async target(): Promise<Payee> {
    return this.#wallet.target;
  }

  /** The wallet shields to its own address only, which it checks before the call. */
  async start(target: Payee): Promise<CallAnswer<{ readonly kind: 'operation'; readonly id: string }>> {
    if (target.receiver !== this.#wallet.target.receiver)
      return { kind: 'nothing_happened', why: 'the wallet shields to its own address only' };
    return this.#wallet.shield();
  }

  poll(operation: string): Promise<OperationAnswer> {
    return this.#wallet.poll(operation);
  }

  list(fromHeight: number): Promise<readonly ShieldingSeen[]> {
    return this.#wallet.shieldings(fromHeight);
  }
}

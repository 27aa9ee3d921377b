import { AditError, encodeHex } from '@adit/primitives';
import { paymentHash } from '@adit/wallets';
import type { FastChain } from './fast-chain.ts';
import { PaymentPool, type TakenPayment } from './payment-pool.ts';
import { checkPayment, PAYMENT_GAS } from './payment-rules.ts';
import { NO_PAYMENT_TROUBLE, type PaymentTrouble } from './payment-trouble.ts';

/** Accounts of a devnet at its start, and what its chain is. */
export interface PaymentsOptions {
  readonly chainId: bigint;
  /** Wei by account, 0x and 40 small digits. */
  readonly accounts: ReadonlyMap<string, bigint>;
  /** Contracts that take no money: payments to them fail, and cost their gas. */
  readonly refusing: ReadonlySet<string>;
}

export interface PaymentsModules {
  readonly fast: FastChain;
  /** What rewards have paid to an account up to a fast block. */
  readonly rewardsOf: (account: string, fastNumber: number) => bigint;
}

/** A payment in a fast block. */
export interface MinedPayment extends TakenPayment {
  readonly number: number;
  readonly index: number;
  /** False where the payee refused the money: then only the gas is gone. */
  readonly isSuccess: boolean;
}

/** What a restart needs. */
export interface PaymentsState {
  readonly mined: readonly MinedPayment[];
}

/** Payments of a devnet's life. */
const MOST_PAYMENTS = 100_000;
/** Fast blocks until a payment comes that was ordered to be taken later. */
const LATER_BLOCKS = 5;
/** Payments that wait to be taken later. */
const MOST_LATER = 100;

/** Accounts, payments that wait, and payments in fast blocks. A block is filled when somebody looks behind its time. */
export class Payments {
  readonly #options: PaymentsOptions;
  readonly #modules: PaymentsModules;
  readonly #pool = new PaymentPool();
  #mined: MinedPayment[];
  #later: { readonly at: number; readonly data: string }[] = [];
  #trouble: PaymentTrouble = NO_PAYMENT_TROUBLE;
  /** Hashes under which payments of the pool will be mined, where that is not their own. */
  readonly #otherHashes = new Map<string, string>();
  /** The last block that was filled. */
  #filled: number;

  constructor(options: PaymentsOptions, modules: PaymentsModules, state?: PaymentsState) {
    this.#options = options;
    this.#modules = modules;
    this.#mined = [...(state?.mined ?? [])];
    this.#filled = modules.fast.head;
  }

  get chainId(): bigint {
    return this.#options.chainId;
  }

  get waiting(): readonly TakenPayment[] {
    return this.#pool.all;
  }

  order(trouble: Partial<PaymentTrouble>): void {
    this.#trouble = { ...this.#trouble, ...trouble };
  }

  /** What a node loses when it is started again. */
  forgetPool(): void {
    this.#pool.clear();
    this.#later = [];
  }

  /**
   * As etrue_sendRawTransaction.
   * @param data `0x` and hex
   * @returns the hash of the payment
   * @throws AditError `ADIT_PAYMENT_REFUSED` with the words of the node
   */
  send(data: string): string {
    this.advance();
    const { nextPayment } = this.#trouble;
    this.#trouble = { ...this.#trouble, nextPayment: 'none' };
    const taken = this.#check(data);
    if (nextPayment === 'never_taken') return taken.hash;
    if (nextPayment === 'taken_later') {
      if (this.#later.length < MOST_LATER)
        this.#later.push({ at: this.#modules.fast.head + LATER_BLOCKS, data });
      throw refused('transaction pool is full');
    }
    const why = this.#pool.add(taken, this.count(taken.from));
    if (why !== undefined) throw refused(why);
    if (nextPayment === 'other_hash') {
      const { payment, signature } = taken;
      this.#otherHashes.set(taken.hash, paymentHash(payment, signature, { v: 1n, r: 1n, s: 1n }));
    }
    if (nextPayment === 'error_but_taken') throw refused('the node is busy');
    return taken.hash;
  }

  /** Fills the blocks whose time has come. */
  advance(): void {
    const { head } = this.#modules.fast;
    if (head <= this.#filled) return;
    const due = this.#later.filter(({ at }) => at <= head);
    this.#later = this.#later.filter(({ at }) => at > head);
    for (const { data } of due) {
      const taken = checkPayment(data, this.#ledger);
      if (typeof taken !== 'string') this.#pool.add(taken, this.count(taken.from));
    }
    const number = this.#filled + 1;
    this.#filled = head;
    if (this.#trouble.holdPool) return;
    const fitting = this.#pool.take((account) => this.count(account));
    for (const [index, one] of fitting.entries()) {
      if (this.#mined.length >= MOST_PAYMENTS) return;
      const hash = this.#otherHashes.get(one.hash) ?? one.hash;
      const isSuccess = !this.#options.refusing.has(`0x${encodeHex(one.payment.to)}`);
      this.#mined.push({ ...one, hash, number, index, isSuccess });
    }
  }

  /**
   * Replaces the newest fast blocks. Their payments wait again, or are forgotten.
   * @throws AditError `ADIT_REORG_TOO_DEEP`
   */
  reorganise(depth: number, { keep }: { readonly keep: boolean }): void {
    this.advance();
    const first = this.#modules.fast.reorganise(depth);
    const undone = this.#mined.filter(({ number }) => number >= first);
    this.#mined = this.#mined.filter(({ number }) => number < first);
    if (keep) for (const one of undone) this.#pool.add(one, this.count(one.from));
  }

  /** Payments of an account up to a fast block: its next nonce. */
  count(account: string, number = Number.POSITIVE_INFINITY): bigint {
    return BigInt(this.#mined.filter((one) => one.from === account && one.number <= number).length);
  }

  /** What an account has behind a fast block, in wei. */
  balance(account: string, number = this.#modules.fast.head): bigint {
    let sum = (this.#options.accounts.get(account) ?? 0n) + this.#modules.rewardsOf(account, number);
    for (const { from, payment, isSuccess, number: at } of this.#mined) {
      if (at > number) continue;
      const value = isSuccess ? payment.value : 0n;
      if (from === account) sum -= value + PAYMENT_GAS * payment.gasPrice;
      if (`0x${encodeHex(payment.to)}` === account) sum += value;
    }
    return sum;
  }

  /** Payments of a fast block, in their order. */
  inBlock(number: number): readonly MinedPayment[] {
    return this.#mined.filter((one) => one.number === number);
  }

  find(hash: string): MinedPayment | undefined {
    return this.#mined.find((one) => one.hash === hash);
  }

  waitingWith(hash: string): TakenPayment | undefined {
    return this.#pool.get(hash);
  }

  exportState(): PaymentsState {
    return { mined: this.#mined };
  }

  get #ledger() {
    return {
      chainId: this.#options.chainId,
      count: (account: string) => this.count(account),
      balance: (account: string) => this.balance(account),
      // What is in a block has used its nonce, and is refused for that.
      isKnown: (hash: string) => this.#pool.has(hash),
    };
  }

  #check(data: string): TakenPayment {
    const taken = checkPayment(data, this.#ledger);
    if (typeof taken === 'string') throw refused(taken);
    return taken;
  }
}

function refused(words: string): AditError {
  return new AditError('ADIT_PAYMENT_REFUSED', words);
}

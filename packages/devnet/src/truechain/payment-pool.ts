import type { TrueChainPayment } from '@adit/wallets';

/** A payment that a node has taken. */
export interface TakenPayment {
  /** As it was sent, for a restart. */
  readonly raw: Uint8Array;
  /** Hash under which it waits. */
  readonly hash: string;
  /** Sender, 0x and 40 small digits. */
  readonly from: string;
  readonly payment: TrueChainPayment;
  readonly signature: { readonly v: bigint; readonly r: bigint; readonly s: bigint };
}

/** Limits of getrue for one account: executable payments, and those behind a gap. */
const MOST_PENDING = 80;
const MOST_QUEUED = 320;
/** Accounts that may have payments in the pool of a devnet. */
const MOST_ACCOUNTS = 1_000;
/** A payment that replaces another one must be a tenth dearer. */
const BUMP_PERCENT = 110n;

/** The payments that wait for a fast block, by account and nonce. */
export class PaymentPool {
  readonly #accounts = new Map<string, Map<bigint, TakenPayment>>();

  has(hash: string): boolean {
    return this.get(hash) !== undefined;
  }

  get(hash: string): TakenPayment | undefined {
    return this.all.find((one) => one.hash === hash);
  }

  get all(): readonly TakenPayment[] {
    return [...this.#accounts.values()].flatMap((waiting) => [...waiting.values()]);
  }

  /**
   * @param count the next nonce that a block takes
   * @returns the node's words if it does not fit
   */
  add(taken: TakenPayment, count: bigint): string | undefined {
    const waiting = this.#accounts.get(taken.from) ?? new Map<bigint, TakenPayment>();
    const { nonce, gasPrice } = taken.payment;
    const before = waiting.get(nonce);
    if (before !== undefined && gasPrice * 100n < before.payment.gasPrice * BUMP_PERCENT)
      return 'replacement transaction underpriced';
    const most = nonce - count < BigInt(MOST_PENDING) ? MOST_PENDING + MOST_QUEUED : MOST_QUEUED;
    if (before === undefined && waiting.size >= most) return 'transaction pool is full';
    if (this.#accounts.size >= MOST_ACCOUNTS && waiting.size === 0) return 'transaction pool is full';
    waiting.set(nonce, taken);
    this.#accounts.set(taken.from, waiting);
    return undefined;
  }

  /** Takes the payments out that a block can have: those of each account without a gap, in the order of their nonces. */
  take(countOf: (account: string) => bigint): readonly TakenPayment[] {
    const taken: TakenPayment[] = [];
    for (const [account, waiting] of this.#accounts) {
      let next = countOf(account);
      for (const nonce of [...waiting.keys()]) if (nonce < next) waiting.delete(nonce);
      for (let one = waiting.get(next); one !== undefined; one = waiting.get(next)) {
        waiting.delete(next);
        taken.push(one);
        next += 1n;
      }
      if (waiting.size === 0) this.#accounts.delete(account);
    }
    return taken;
  }

  clear(): void {
    this.#accounts.clear();
  }
}

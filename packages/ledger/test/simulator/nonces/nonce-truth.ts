import { balanceOf, type LedgerDatabase, type StoredBatch, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import { Fault } from '../truth.ts';
import { DEEPEST_REORG, REFUSING, type SimAccountChain, US } from './sim-account-chain.ts';
import type { SimNonceWallet } from './sim-nonce-wallet.ts';

/** A whole ledger is verified at every so many looks. */
const VERIFIED_EACH = 50;
const ENDS: ReadonlySet<string> = new Set(['settled', 'released', 'discarded']);

/** What is true about payments with nonces, beside what the ledger says. */
export class NonceTruth {
  readonly #chainName: string;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #credited = new Map<string, bigint>();
  #looks = 0;

  /** @param addresses of each account; two may share one */
  constructor(chainName: string, addresses: ReadonlyMap<string, string>) {
    this.#chainName = chainName;
    this.#addresses = addresses;
  }

  credit(account: string, amount: bigint): void {
    const address = this.#addresses.get(account) ?? account;
    this.#credited.set(address, (this.#credited.get(address) ?? 0n) + amount);
  }

  /** After each step. @throws Fault */
  async check(
    database: LedgerDatabase,
    chain: SimAccountChain,
    batches: readonly StoredBatch[],
  ): Promise<void> {
    for (const [address, paid] of this.#paid(chain)) {
      const credited = this.#credited.get(address) ?? 0n;
      if (paid > credited) throw new Fault(`${address} got ${paid}, and was credited ${credited}`);
    }
    const mined = new Map(chain.mined.map((one) => [one.nonce, one]));
    const isFinal = (height: number) => height <= chain.height - DEEPEST_REORG;
    for (const { position, items } of batches)
      for (const { nonce, isReleased, payee, amount } of items) {
        if (nonce === null) continue;
        const use = mined.get(nonce);
        const isPaid = use?.to === payee.address && use.value === amount && use.to !== REFUSING;
        if (isReleased && (use === undefined || !isFinal(use.height) || isPaid))
          throw new Fault(
            `${position.id} gave the payment with nonce ${nonce} back, which can still be paid`,
          );
        if (position.state === 'settled' && !isReleased && (!isPaid || !isFinal(use?.height ?? Infinity)))
          throw new Fault(`${position.id} is settled, and nonce ${nonce} does not pay it for good`);
      }
    this.#looks += 1;
    if (this.#looks % VERIFIED_EACH === 0) await this.#verify(database);
  }

  /** When all trouble is over: books and world agree to the unit. @throws Fault */
  async checkEnd(
    database: LedgerDatabase,
    { chain, wallet }: { readonly chain: SimAccountChain; readonly wallet: SimNonceWallet },
    batches: readonly StoredBatch[],
  ): Promise<void> {
    await this.#verify(database);
    const stuck = batches.find(({ position }) => !ENDS.has(position.state));
    if (stuck !== undefined)
      throw new Fault(`${stuck.position.id} is ${stuck.position.state} for ever: ${stuck.position.reason}`);
    const paid = this.#paid(chain);
    await database.read(async (queries) => {
      const has = new Map(paid);
      for (const [account, address] of this.#addresses) {
        const balance = await balanceOf(queries, this.#chainName, openAccount('miner', account));
        has.set(address, (has.get(address) ?? 0n) - balance);
      }
      for (const [address, credited] of this.#credited)
        if (has.get(address) !== credited)
          throw new Fault(`${address} was credited ${credited}; paid and owed are ${has.get(address)}`);
      const assets = await balanceOf(queries, this.#chainName, 'asset:hot');
      if (assets !== wallet.truth)
        throw new Fault(`the account has ${wallet.truth}, the books say ${assets}`);
    });
  }

  async #verify(database: LedgerDatabase): Promise<void> {
    const [breach] = await verifyLedger(database);
    if (breach !== undefined) throw new Fault(`${breach.invariant}: ${breach.about}: ${breach.detail}`);
  }

  /** What each payee really got, by the main chain. What others sign pays nobody's balance. */
  #paid(chain: SimAccountChain): ReadonlyMap<string, bigint> {
    const paid = new Map<string, bigint>();
    for (const { to, value, isForeign } of chain.mined)
      if (!isForeign && to !== US && to !== REFUSING) paid.set(to, (paid.get(to) ?? 0n) + value);
    return paid;
  }
}

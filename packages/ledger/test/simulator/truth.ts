import { balanceOf, type LedgerDatabase, type StoredBatch, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import type { SimBuildingWallet } from './sim-building-wallet.ts';
import { DEEPEST_REORG, type SimChain, type SimTransaction } from './sim-chain.ts';
import type { SimSendingWallet } from './sim-sending-wallet.ts';

/** What a run must never show. */
export class Fault extends Error {}

/** Reasons for which a batch may still be held when all trouble is over: each is a lie of the wallet that only a person can judge. */
const HELD_FOR: ReadonlySet<string> = new Set(['match_partial', 'payment_unknown', 'wallet_changed']);
/** A whole ledger is verified at every so many looks. */
const VERIFIED_EACH = 50;

/** What is true in the world, beside what the ledger says. */
export class Truth {
  readonly #chainName: string;
  readonly #credited = new Map<string, bigint>();
  readonly #receivers = new Map<string, string>();
  #looks = 0;

  constructor(chainName: string) {
    this.#chainName = chainName;
  }

  name(account: string, receiver: string): void {
    this.#receivers.set(account, receiver);
  }

  credit(account: string, amount: bigint): void {
    const receiver = this.#receiverOf(account);
    this.#credited.set(receiver, (this.#credited.get(receiver) ?? 0n) + amount);
  }

  /** After each step. @throws Fault */
  async check(
    database: LedgerDatabase,
    chain: SimChain,
    wallet: SimSendingWallet | SimBuildingWallet,
  ): Promise<void> {
    for (const [receiver, paid] of this.#paid(chain, wallet)) {
      // No account is behind it: only a lie of the wallet pays it.
      if (receiver === STRANGER) continue;
      const credited = this.#credited.get(receiver) ?? 0n;
      if (paid > credited) throw new Fault(`${receiver} got ${paid}, and was credited ${credited}`);
    }
    if (wallet.kind === 'sending')
      for (const [batch, calls] of wallet.calls)
        if (calls > 1) throw new Fault(`the wallet was called ${calls} times for batch ${batch}`);
    const rows = await database.read((queries) => queries.all('SELECT id, tag, state FROM batch'));
    for (const { id, tag, state } of rows) {
      const made = wallet.made.filter((one) => one.tag === tag);
      if (state === 'released') {
        const alive = made.find((one) => chain.isAlive(one));
        if (alive !== undefined) throw new Fault(`${id} is released, and ${alive.txid} can pay it`);
        if (wallet.kind === 'sending' && wallet.isWorkingFor(String(tag)))
          throw new Fault(`${id} is released, and the wallet works on it`);
      }
      if (state === 'settled' && !made.some(({ txid }) => isDeep(chain, txid)))
        throw new Fault(`${id} is settled, and no block has it`);
    }
    this.#looks += 1;
    if (this.#looks % VERIFIED_EACH === 0) await this.#verify(database);
  }

  /** When all trouble is over. @returns how many batches are held for a reason. @throws Fault */
  async checkEnd(
    database: LedgerDatabase,
    chain: SimChain,
    wallet: SimSendingWallet | SimBuildingWallet,
    batches: readonly StoredBatch[],
  ): Promise<number> {
    await this.#verify(database);
    const held = batches.filter(({ position }) => position.state === 'held');
    for (const { position } of held)
      if (!HELD_FOR.has(position.reason ?? '')) throw new Fault(`${position.id} is held: ${position.reason}`);
    const stuck = batches.find(({ position }) => !ENDS.has(position.state));
    if (stuck !== undefined) throw new Fault(`${stuck.position.id} is ${stuck.position.state} for ever`);
    for (const batch of batches.filter(({ position }) => position.state === 'settled')) {
      const paying = wallet.made.find((one) => one.txid === batch.position.minedTxid);
      const isGood = batch.detail?.includes(' booked ') === true ? paysRest : paysAll;
      if (paying === undefined || !isGood(paying, batch))
        throw new Fault(`${batch.position.id} is settled by a transaction that does not pay it`);
    }
    if (held.length > 0) return held.length;
    await this.#compare(database, chain, wallet);
    return 0;
  }

  /** Books and world agree to the unit. */
  async #compare(
    database: LedgerDatabase,
    chain: SimChain,
    wallet: SimSendingWallet | SimBuildingWallet,
  ): Promise<void> {
    const paid = this.#paid(chain, wallet);
    const owed = new Map<string, bigint>();
    const assets = await database.read(async (queries) => {
      for (const [account, receiver] of this.#receivers) {
        const balance = await balanceOf(queries, this.#chainName, openAccount('miner', account));
        owed.set(receiver, (owed.get(receiver) ?? 0n) - balance);
      }
      let sum = 0n;
      for (const account of ['asset:coinbase', 'asset:hot', 'asset:transit'] as const)
        sum += await balanceOf(queries, this.#chainName, account);
      return sum;
    });
    for (const [receiver, credited] of this.#credited) {
      const has = (paid.get(receiver) ?? 0n) + (owed.get(receiver) ?? 0n);
      if (has !== credited) throw new Fault(`${receiver} was credited ${credited}; paid and owed are ${has}`);
    }
    if (assets !== wallet.truth) throw new Fault(`the wallet has ${wallet.truth}, the books say ${assets}`);
  }

  async #verify(database: LedgerDatabase): Promise<void> {
    const [breach] = await verifyLedger(database);
    if (breach !== undefined) throw new Fault(`${breach.invariant}: ${breach.about}: ${breach.detail}`);
  }

  /** What each receiver really got, by the main chain. */
  #paid(chain: SimChain, wallet: SimSendingWallet | SimBuildingWallet): ReadonlyMap<string, bigint> {
    const mined = wallet.made.filter(({ txid }) => chain.minedAt(txid) !== undefined);
    return sumsOf(mined.flatMap(({ outputs }) => outputs));
  }

  #receiverOf(account: string): string {
    return this.#receivers.get(account) ?? account;
  }
}

/** Who gets what a wallet pays to somebody that nobody asked it for. */
export const STRANGER = 'stranger';

/** Whether a transaction pays a batch just as it was planned. */
function paysAll({ tag, outputs }: SimTransaction, batch: StoredBatch): boolean {
  if (batch.tag !== tag) return false;
  const should = sumsOf(batch.items.map(({ payee, amount }) => ({ receiver: payee.receiver, amount })));
  const is = sumsOf(outputs);
  return should.size === is.size && [...should].every(([receiver, amount]) => is.get(receiver) === amount);
}

/** Whether it pays all that was not given back when a person booked it. */
function paysRest({ tag, outputs }: SimTransaction, batch: StoredBatch): boolean {
  const kept = batch.items.filter(({ isReleased }) => !isReleased);
  const should = sumsOf(kept.map(({ payee, amount }) => ({ receiver: payee.receiver, amount })));
  const is = sumsOf(outputs);
  return batch.tag === tag && [...should].every(([receiver, amount]) => (is.get(receiver) ?? 0n) >= amount);
}

const ENDS: ReadonlySet<string> = new Set(['settled', 'released', 'discarded', 'held']);

/** Whether the deepest reorganisation cannot take it out. */
function isDeep(chain: SimChain, txid: string): boolean {
  const height = chain.minedAt(txid);
  return height !== undefined && height <= chain.height - DEEPEST_REORG + 1;
}

function sumsOf(
  outputs: readonly { readonly receiver: string; readonly amount: bigint }[],
): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { receiver, amount } of outputs) sums.set(receiver, (sums.get(receiver) ?? 0n) + amount);
  return sums;
}

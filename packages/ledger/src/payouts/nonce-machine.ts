import type { BatchState, DraftFault, NonceWallet } from '@adit/money';
import { nonceMark } from '@adit/money';
import { type BatchTeller, resultOf } from './batch-teller.ts';
import { beginKept, mayPay, waitsFor } from './may-pay.ts';
import { readNonceDraft, writeNonceDraft } from './nonce-draft.ts';
import { NonceWatch } from './nonce-watch.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { StepResult } from './step-result.ts';
import type { StoredBatch, StoredTransaction } from './stored-batch.ts';

/** A fee of this many times the estimate means that one of the two is wrong. */
const MOST_TIMES_ESTIMATE = 2n;

/** Pays batches from an account with nonces: each item is a transaction of its own, signed by us and kept before any node has it. */
export class NonceMachine {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules<NonceWallet>;
  readonly #watch: NonceWatch;

  constructor(teller: BatchTeller, modules: PayoutModules<NonceWallet>) {
    this.#teller = teller;
    this.#modules = modules;
    this.#watch = new NonceWatch(teller, modules);
  }

  /** Nothing of it is only in memory: what is stored says how to go on. */
  forget(): void {}

  /** Does the next thing for an open batch. @throws where nodes do not answer, the key cannot be used, or the database fails */
  step(batch: StoredBatch): Promise<StepResult> {
    const step = this.#steps[batch.position.state];
    return step === undefined ? Promise.resolve(waitsFor(batch, 'held', '')) : step(batch);
  }

  /** Looks at batches that are over. @returns what moved; undefined if nothing did, or the nodes do not agree */
  async lookBack(closed: readonly StoredBatch[]): Promise<StepResult | undefined> {
    const settled = closed.filter(({ position }) => position.state === 'settled');
    if (settled.length === 0) return undefined;
    const count = await this.#modules.wallet.nonces.count();
    if (count === undefined) return undefined;
    for (const batch of settled) {
      const moved = await this.#watch.lookBack(batch, count);
      if (moved !== undefined) return moved;
    }
    return undefined;
  }

  readonly #steps: Readonly<Partial<Record<BatchState, (batch: StoredBatch) => Promise<StepResult>>>> = {
    reserved: (batch) => beginKept(batch, this.#teller, this.#modules, 'its payments get their nonces'),
    drafting: (batch) => this.#number(batch),
    finishing: (batch) => this.#sign(batch),
    // The state is on disk before the first broadcast, so a crash behind it finds a batch that is watched.
    ready: async (batch) =>
      resultOf(await this.#teller.tell(batch, { kind: 'broadcasting' }), 'its bytes go to the nodes'),
    sent: (batch) => this.#watch.look(batch),
    confirming: (batch) => this.#watch.look(batch),
  };

  /** Gives each item its nonce, for good: nothing is signed yet, and a nonce that was given is never given again. */
  async #number(batch: StoredBatch): Promise<StepResult> {
    const check = await mayPay(this.#teller, this.#modules);
    if (check.kind !== 'clear') return waitsFor(batch, check.why, check.detail);
    const { wallet } = this.#modules;
    const first = await this.#firstNonce(batch);
    if ('kind' in first) return first;
    const price = await wallet.price();
    const fault = feeFault(batch, price * wallet.unitsPerPayment);
    const items = batch.items.map((item, i) => ({
      ...item,
      sender: wallet.account,
      nonce: first.nonce + BigInt(i),
    }));
    const outcome = await this.#teller.tell(
      batch,
      { kind: 'drafted', fault },
      fault === null ? { draft: writeNonceDraft({ price }), items, startHeight: check.tip } : {},
    );
    return resultOf(outcome, fault ?? `its payments have the nonces from ${first.nonce}`);
  }

  /** The next free nonce, by the ledger and by the chain. Where the chain is further, somebody else used our key. */
  async #firstNonce(batch: StoredBatch): Promise<{ readonly nonce: bigint } | StepResult> {
    const { wallet, writer } = this.#modules;
    const count = await wallet.nonces.count();
    if (count === undefined)
      return waitsFor(batch, 'nodes_disagree', `the nodes do not agree on the nonce of ${wallet.account}`);
    const last = await writer.read((queries) => this.#teller.store.lastNonce(queries, wallet.account));
    const own = last === undefined ? 0n : last.nonce + 1n;
    if (count <= own) return { nonce: own };
    const { identitySinceMs } = await this.#teller.control();
    // What was used before the first payment, or before an operator accepted the account as it is, is its own affair.
    if (last === undefined || identitySinceMs > last.plannedMs) return { nonce: count };
    const detail = `the chain has ${count} transactions of ${wallet.account}, the ledger knows of ${own}`;
    await this.#teller.holdWallet({ reason: 'foreign_nonce', detail });
    return waitsFor(batch, 'held', detail);
  }

  /** Signs what is stored. The same draft gives the same bytes, and none of them has left before they are on disk. */
  async #sign(batch: StoredBatch): Promise<StepResult> {
    const { draft, items } = batch;
    if (draft === null) return waitsFor(batch, 'held', 'its draft is not in the ledger');
    const { price } = readNonceDraft(draft);
    const transactions: StoredTransaction[] = [];
    for (const { sender, nonce, payee, amount } of items) {
      const { wallet } = this.#modules;
      if (sender !== wallet.account || nonce === null)
        return waitsFor(
          batch,
          'wallet_incomplete',
          `its nonces are those of ${sender}, not of ${wallet.account}`,
        );
      const { raw, txid } = await wallet.sign({ nonce, payee, amount, price });
      transactions.push({ txid, raw, inputs: [nonceMark({ from: sender, nonce })], fee: null });
    }
    const txids = transactions.map(({ txid }) => txid);
    const outcome = await this.#teller.tell(batch, { kind: 'signed', txids }, { transactions });
    return resultOf(outcome, `the bytes of ${txids.length} payments are on disk`);
  }
}

function feeFault({ items, feePlanned, mostFee }: StoredBatch, each: bigint): DraftFault | null {
  const fee = each * BigInt(items.length);
  const payees = new Set(items.map(({ payee }) => payee.receiver)).size;
  // Accounts that share a payee were planned as one payment, and are paid one by one.
  const isFar = each * BigInt(payees) > feePlanned * MOST_TIMES_ESTIMATE;
  return fee > mostFee || isFar ? 'fee_too_high' : null;
}

import {
  type BatchState,
  type BuildingWallet,
  checkDraft,
  type MatchOutput,
  type WalletDraft,
} from '@adit/money';
import { type BatchTeller, resultOf } from './batch-teller.ts';
import { lifeOf } from './evidence.ts';
import { beginKept, mayPay, waitsFor } from './may-pay.ts';
import { PaymentWatch } from './payment-watch.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { StepResult } from './step-result.ts';
import { outputsOf, receiversOf, type StoredBatch, type StoredTransaction } from './stored-batch.ts';

/** Pays batches by wallets that build a transaction: its bytes are on disk before any node has them. */
export class BuildingMachine {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules<BuildingWallet>;
  readonly #watch: PaymentWatch;

  constructor(teller: BatchTeller, modules: PayoutModules<BuildingWallet>) {
    this.#teller = teller;
    this.#modules = modules;
    this.#watch = new PaymentWatch(teller, modules);
  }

  /** Nothing of it is only in memory: what is stored says how to go on. */
  forget(): void {}

  /** Does the next thing for an open batch. @throws where wallet or nodes do not answer, or the database fails */
  step(batch: StoredBatch): Promise<StepResult> {
    const step = this.#steps[batch.position.state];
    return step === undefined ? Promise.resolve(waitsFor(batch, 'held', '')) : step(batch);
  }

  readonly #steps: Readonly<Partial<Record<BatchState, (batch: StoredBatch) => Promise<StepResult>>>> = {
    reserved: (batch) => beginKept(batch, this.#teller, this.#modules, 'the wallet is asked for a draft'),
    drafting: (batch) => this.#draft(batch),
    finishing: (batch) => this.#finish(batch),
    // The state is on disk before the first broadcast, so a crash behind it finds a batch that is watched.
    ready: async (batch) =>
      resultOf(await this.#teller.tell(batch, { kind: 'broadcasting' }), 'its bytes go to the nodes'),
    sent: (batch) => this.#watch.look(batch, null),
    confirming: (batch) => this.#watch.look(batch, null),
  };

  /** A draft that was not stored is asked for anew: no valid transaction exists of it. */
  async #draft(batch: StoredBatch): Promise<StepResult> {
    const check = await mayPay(this.#teller, this.#modules);
    if (check.kind !== 'clear') return waitsFor(batch, check.why, check.detail);
    const { wallet } = this.#modules;
    const draft = await wallet.draft({ batch: batch.position.id, outputs: outputsOf(batch), tag: batch.tag });
    const plan = { outputs: receiversOf(batch), fee: batch.feePlanned, mostFee: batch.mostFee };
    const fault = checkDraft(plan, { ...draft, outputs: await this.#foreignOutputs(batch, draft) });
    const outcome = await this.#teller.tell(
      batch,
      { kind: 'drafted', fault },
      { draft: fault === null ? draft.draft : null, startHeight: check.tip },
    );
    return resultOf(outcome, fault ?? 'the draft is what was planned');
  }

  async #finish(batch: StoredBatch): Promise<StepResult> {
    const { draft } = batch;
    if (draft === null) return waitsFor(batch, 'held', 'its draft is not in the ledger');
    const { raw, txid, inputs, fee } = await this.#modules.wallet.finish(draft);
    const transaction: StoredTransaction = { txid, raw, inputs, fee };
    const life = lifeOf(transaction);
    // Bytes that cannot be read could never be proved dead, so they never leave.
    if (life === null || life.expiry === 0)
      return waitsFor(batch, 'wallet_incomplete', `the bytes of ${txid} do not say when they expire`);
    const outcome = await this.#teller.tell(
      batch,
      { kind: 'finished', txid },
      { transactions: [transaction] },
    );
    return resultOf(outcome, `the bytes of ${txid} are on disk`);
  }

  /** What the draft pays to others: a mark to an own address is the wallet's affair. */
  async #foreignOutputs(batch: StoredBatch, { outputs }: WalletDraft): Promise<readonly MatchOutput[]> {
    const planned = new Set(receiversOf(batch).map(({ receiver }) => receiver));
    const others = outputs.map(({ receiver }) => receiver).filter((receiver) => !planned.has(receiver));
    const own = await this.#modules.wallet.ownReceivers(others);
    return outputs.filter(({ receiver }) => !own.has(receiver));
  }
}

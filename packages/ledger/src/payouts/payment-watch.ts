import type { PaymentExtent, WalletHistory } from '@adit/money';
import { type BatchTeller, resultOf } from './batch-teller.ts';
import { extentIn, lifeOf, proveExpired } from './evidence.ts';
import { waitsFor } from './may-pay.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { StepResult } from './step-result.ts';
import type { StoredBatch } from './stored-batch.ts';

const SAYS: Readonly<Record<PaymentExtent, string>> = {
  whole: '',
  part: ', and does not pay just what was planned',
  unknown: ', and nobody can say what it pays',
};

/** Watches transactions that may pay a batch: only the chain settles it, and only a proof gives its balances back. */
export class PaymentWatch {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules;
  /** Tip at which each transaction was last handed to the nodes. At most those of one open batch. */
  #sent = new Map<string, number>();

  constructor(teller: BatchTeller, modules: PayoutModules) {
    this.#teller = teller;
    this.#modules = modules;
  }

  /**
   * One look at the nodes for a batch with known transactions.
   * @param history of a sending wallet; null for a building one
   * @throws where nodes do not answer
   */
  async look(batch: StoredBatch, history: WalletHistory | null): Promise<StepResult> {
    const { witness } = this.#modules;
    let now = batch;
    for (const transaction of batch.transactions) {
      const { txid, fee } = transaction;
      const place = await witness.place(txid);
      if (place.kind === 'unsure')
        return waitsFor(batch, 'nodes_disagree', `the nodes do not agree about ${txid}`);
      if (place.kind === 'absent') {
        const outcome = await this.#teller.tell(now, { kind: 'not_mined', txid });
        if (outcome.kind === 'moved') return resultOf(outcome, `${txid} is in no block any more`);
        continue;
      }
      const pays = extentIn(batch, transaction, history, place.height);
      if (pays === 'unsure')
        return waitsFor(batch, 'not_found', `the wallet does not show yet what ${txid} pays`);
      const feeReal = place.fee ?? fee;
      if (feeReal === null && place.depth >= this.#teller.options.rules.settleDepth)
        return waitsFor(batch, 'fee_unknown', `nobody says what ${txid} cost`);
      const closing = place.depth >= this.#teller.options.rules.settleDepth;
      const outcome = await this.#teller.tell(
        now,
        { kind: 'mined', txid, depth: place.depth, pays },
        feeReal === now.feeReal && !closing
          ? {}
          : { feeReal, closedAt: closing ? place.height + place.depth - 1 : now.closedAt },
      );
      if (outcome.kind === 'moved')
        return resultOf(outcome, `${txid} is in a block at height ${place.height}${SAYS[pays]}`);
      now = outcome.batch;
    }
    if (now.position.state !== 'sent')
      return waitsFor(batch, 'not_deep', 'the payment is in a block that is not deep enough');
    await this.#broadcast(now);
    // A history that is not whole may hide another transaction of this batch.
    if (history?.isComplete === false)
      return waitsFor(batch, 'wallet_incomplete', 'the wallet has not read all that it has');
    const proof = await proveExpired(now, history, this.#modules, this.#teller.options.margin);
    if (!proof.isProved) return waitsFor(batch, 'not_mined', proof.detail);
    const closedAt = (await witness.tip())?.height ?? null;
    const outcome = await this.#teller.tell(
      now,
      { kind: 'proved_unpaid', proofs: proof.proofs },
      { closedAt },
    );
    return resultOf(outcome, 'every transaction that may pay it is proved dead');
  }

  /** Hands the stored bytes to the nodes, once for each tip, until they cannot be mined any more. */
  async #broadcast({ transactions }: StoredBatch): Promise<void> {
    const { broadcaster, witness } = this.#modules;
    const tip = await witness.tip();
    if (broadcaster === null || tip === undefined) return;
    const sent = new Map<string, number>();
    for (const transaction of transactions) {
      const { txid, raw } = transaction;
      const last = lifeOf(transaction)?.expiry;
      if (raw === null || last === undefined || tip.height >= last) continue;
      // What the nodes answer is not evidence: an error may be followed by success.
      if (this.#sent.get(txid) !== tip.height) await broadcaster.send(raw);
      sent.set(txid, tip.height);
    }
    this.#sent = sent;
  }
}

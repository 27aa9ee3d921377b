import {
  meaningOf,
  moveNoncePayment,
  type NonceEvidence,
  type NonceSight,
  type NonceWallet,
  type PaymentsStand,
  proveByNonce,
} from '@adit/money';
import { type BatchTeller, resultOf } from './batch-teller.ts';
import { waitsFor } from './may-pay.ts';
import { MEANINGS, type NumberedItem, nonceRules, numberedItems, sightsOf } from './numbered-payments.ts';
import type { PayoutModules } from './payout-modules.ts';
import { releaseItem } from './release-item.ts';
import type { StepResult } from './step-result.ts';
import type { StoredBatch, StoredTransaction } from './stored-batch.ts';

/** An item, what the nodes say about its nonce, and what that makes of it. */
interface Judged extends NumberedItem {
  readonly sight: NonceSight;
  readonly step: ReturnType<typeof moveNoncePayment>;
}

/** How often the same bytes are sent again, while no block has them. */
const RESEND_MS = 60_000;

/** Watches payments of an account with nonces: sends their stored bytes until each nonce is used, and settles what is final. */
export class NonceWatch {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules<NonceWallet>;
  /** When each transaction was last handed to the nodes. At most those of one open batch. */
  #sent = new Map<string, number>();

  constructor(teller: BatchTeller, modules: PayoutModules<NonceWallet>) {
    this.#teller = teller;
    this.#modules = modules;
  }

  /** One look at the nodes for an open batch. @throws where nodes do not answer */
  async look(batch: StoredBatch): Promise<StepResult> {
    const judged = await this.#judge(batch);
    if (judged === undefined)
      return waitsFor(batch, 'nodes_disagree', 'the nodes do not agree about the nonces of this batch');
    const foreign = judged.find(({ step }) => step.payment.state === 'held');
    if (foreign !== undefined) return this.#hold(batch, foreign);
    const unpaid = judged.find(({ step }) => step.entries.includes('item_release'));
    if (unpaid !== undefined) return this.#release(batch, unpaid);
    const stand = standOf(judged);
    const isOver = stand === 'over' && batch.position.state === 'confirming';
    const transactions = withFees(batch, judged);
    const tip = isOver ? await this.#modules.witness.tip() : undefined;
    const outcome = await this.#teller.tell(
      batch,
      { kind: 'payments', stand },
      {
        ...(transactions === undefined ? {} : { transactions }),
        ...(isOver
          ? { feeReal: feeOf(transactions ?? batch.transactions), closedAt: tip?.height ?? batch.startHeight }
          : {}),
      },
    );
    if (outcome.kind === 'moved') return resultOf(outcome, STANDS[stand]);
    if (stand === 'open') await this.#broadcast(judged);
    return stand === 'open'
      ? waitsFor(batch, 'not_mined', 'the nonces of this batch are not all used yet')
      : waitsFor(batch, 'not_deep', 'the payments are in blocks that are not deep enough');
  }

  /** Looks at a batch that is over. @returns undefined if it is as it should be */
  async lookBack(batch: StoredBatch, count: bigint): Promise<StepResult | undefined> {
    const items = numberedItems(batch, this.#modules.wallet);
    // Nonces are used in their order: with the highest one all are used. What was given back is looked at in whole.
    const isUsed = items.every(({ payment }) => payment.nonce < count);
    if (isUsed && !batch.items.some(({ isReleased }) => isReleased)) return undefined;
    const judged = await this.#judge(batch);
    if (judged === undefined) return undefined;
    const outcome = await this.#teller.tell(batch, { kind: 'payments', stand: standOf(judged) });
    if (outcome.kind !== 'moved') return undefined;
    // What a reorganisation took out can be mined again: it is the same payment, whoever sends it.
    await this.#broadcast(judged);
    return resultOf(outcome, 'a reorganisation reached payments that were over');
  }

  async #judge(batch: StoredBatch): Promise<readonly Judged[] | undefined> {
    const { wallet } = this.#modules;
    const items = numberedItems(batch, wallet);
    const sights = await sightsOf(batch, items, this.#modules);
    const rules = nonceRules(wallet, this.#teller.options.rules.settleDepth);
    const judged = items.flatMap((one, i): readonly Judged[] => {
      const sight = sights[i];
      const evidence = sight === undefined ? undefined : evidenceOf(sight);
      if (sight === undefined || evidence === undefined) return [];
      return [{ ...one, sight, step: stepOf(one, evidence, rules) }];
    });
    return judged.length === items.length ? judged : undefined;
  }

  async #hold(batch: StoredBatch, { payment, sight }: Judged): Promise<StepResult> {
    const by = sight.kind === 'used' ? sight.txid : '';
    const detail = `transaction ${by} of somebody else used nonce ${payment.nonce} of ${payment.from}`;
    const outcome = await this.#teller.tell(batch, { kind: 'hold', reason: 'foreign_nonce' }, { detail });
    return resultOf(outcome, detail);
  }

  async #release(batch: StoredBatch, judged: Judged): Promise<StepResult> {
    const { position, payment, sight } = judged;
    if (sight.kind !== 'used') return waitsFor(batch, 'not_mined', 'nothing is proved');
    const rules = nonceRules(this.#modules.wallet, this.#teller.options.rules.settleDepth);
    const outcome = proveByNonce(batch.position.id, payment, sight.use, rules);
    const meaning = meaningOf(payment, sight.use);
    if (!outcome.isProved || meaning === 'paid') return waitsFor(batch, 'not_deep', 'nothing is proved yet');
    await this.#modules.writer.transact((queries) =>
      releaseItem(queries, batch, { position, proof: outcome.proof, meaning }, this.#teller.context()),
    );
    const { id, state } = batch.position;
    const detail = `${state}: the balance of ${judged.item.account} is back: ${MEANINGS[meaning]}`;
    return { kind: 'moved', batch: id, detail };
  }

  /** Hands the stored bytes to the nodes, the lowest free nonce first, and no more than a node keeps. */
  async #broadcast(judged: readonly Judged[]): Promise<void> {
    const { broadcaster, clock, wallet } = this.#modules;
    if (broadcaster === null) return;
    const waiting = judged
      .filter(({ sight }) => sight.kind === 'not_used')
      .toSorted((a, b) => (a.payment.nonce < b.payment.nonce ? -1 : 1))
      .slice(0, wallet.mostWaiting);
    const now = clock.steadyMs();
    const sent = new Map<string, number>();
    for (const { txid, raw } of waiting.flatMap((one) => this.#toSend(one))) {
      const last = this.#sent.get(txid);
      const isDue = last === undefined || now - last >= RESEND_MS;
      // What the nodes answer is not evidence: an error may be followed by success.
      if (isDue) await broadcaster.send(raw);
      sent.set(txid, isDue ? now : last);
    }
    this.#sent = sent;
  }

  /** The newest transaction with the nonce of an item. Of an item that was given back never one that pays it. */
  #toSend({ item, transactions }: Judged): readonly { readonly txid: string; readonly raw: Uint8Array }[] {
    const { txid = '', raw = null } = transactions.at(-1) ?? {};
    if (raw === null || (item.isReleased && !this.#modules.wallet.read(raw).isCancellation)) return [];
    return [{ txid, raw }];
  }
}

function evidenceOf(sight: NonceSight): NonceEvidence | undefined {
  if (sight.kind === 'unsure') return undefined;
  return sight.kind === 'used' ? { kind: 'used', use: sight.use } : { kind: 'not_used' };
}

/** An item that was given back is over, unless the chain pays it after all. */
function stepOf(
  { item, payment }: NumberedItem,
  evidence: NonceEvidence,
  rules: Parameters<typeof moveNoncePayment>[2],
): ReturnType<typeof moveNoncePayment> {
  if (!item.isReleased) return moveNoncePayment(payment, evidence, rules);
  return { payment: { ...payment, state: 'cancelled' }, entries: [], parks: false };
}

function standOf(judged: readonly Judged[]): PaymentsStand {
  const isPaid = ({ item, payment, sight }: Judged) =>
    item.isReleased &&
    sight.kind === 'used' &&
    meaningOf(payment, sight.use) === 'paid' &&
    sight.use.isSuccess;
  if (judged.some(isPaid)) return 'released_paid';
  // The nonce of an item that was given back can only have become free by a reorganisation: its payment may come back.
  if (judged.some(({ sight }) => sight.kind !== 'used')) return 'open';
  const isOver = ({ step }: Judged) => step.payment.state === 'settled' || step.payment.state === 'cancelled';
  return judged.every(isOver) ? 'over' : 'in_blocks';
}

/** What each payment cost, on the transaction that is in a block; undefined if nothing changed. */
function withFees(
  { transactions }: StoredBatch,
  judged: readonly Judged[],
): readonly StoredTransaction[] | undefined {
  const fees = new Map<string, bigint | null>();
  for (const { transactions: own, sight, payment } of judged) {
    const isOurs = sight.kind === 'used' && meaningOf(payment, sight.use) !== 'foreign';
    // Under a hash that a stranger gave it, it is still the first one.
    const mined = isOurs ? (own.find(({ txid }) => txid === sight.txid) ?? own[0]) : undefined;
    for (const { txid } of own) fees.set(txid, isOurs && txid === mined?.txid ? sight.fee : null);
  }
  const after = transactions.map((one) => ({ ...one, fee: fees.get(one.txid) ?? null }));
  return after.some(({ fee }, i) => fee !== transactions[i]?.fee) ? after : undefined;
}

function feeOf(transactions: readonly StoredTransaction[]): bigint {
  return transactions.reduce((sum, { fee }) => sum + (fee ?? 0n), 0n);
}

const STANDS: Readonly<Record<PaymentsStand, string>> = {
  open: 'a payment is in no block any more',
  in_blocks: 'every payment is in a block',
  over: 'every payment is final',
  released_paid: 'the chain pays what was given back',
};

import type { BatchEvidence, BatchState, SendingWallet, WalletHistory } from '@adit/money';
import { type BatchTeller, resultOf } from './batch-teller.ts';
import { checkChain } from './checks-before-call.ts';
import { historyFrom, matchIn, proveNoTransaction } from './evidence.ts';
import { mayPay, waitsFor } from './may-pay.ts';
import { PaymentWatch } from './payment-watch.ts';
import type { PayoutModules } from './payout-modules.ts';
import { CALL_SETTLES_MS, MOST_CALL_DELAY_MS, MOST_OPERATION_MS } from './payout-options.ts';
import type { StepResult } from './step-result.ts';
import { type BatchFactsChange, outputsOf, type StoredBatch } from './stored-batch.ts';

/** Pays batches by wallets of which one call builds and sends. The call is made once for a batch, ever. */
export class SendingMachine {
  readonly #teller: BatchTeller;
  readonly #modules: PayoutModules<SendingWallet>;
  readonly #watch: PaymentWatch;
  /** The batch that this process has called for, since when on a clock that nobody sets. */
  #called: string | null = null;
  /** Since when this process looks for a batch that it cannot find. */
  #searching: { readonly batch: string; readonly sinceMs: number } | null = null;

  constructor(teller: BatchTeller, modules: PayoutModules<SendingWallet>) {
    this.#teller = teller;
    this.#modules = modules;
    this.#watch = new PaymentWatch(teller, modules);
  }

  /** Forgets what was in memory, after an error: what came of a call under way is not known then. */
  forget(): void {
    this.#called = null;
  }

  /** Does the next thing for an open batch. @throws where wallet or nodes do not answer, or the database fails */
  step(batch: StoredBatch): Promise<StepResult> {
    const step = this.#steps[batch.position.state];
    return step === undefined ? Promise.resolve(waitsFor(batch, 'held', '')) : step(batch);
  }

  readonly #steps: Readonly<Partial<Record<BatchState, (batch: StoredBatch) => Promise<StepResult>>>> = {
    reserved: (batch) => this.#begin(batch),
    // Nobody waits for the answer of this call any more, or its process would not be here.
    calling: async (batch) =>
      resultOf(await this.#teller.tell(batch, { kind: 'restarted' }), 'the call came to nobody'),
    running: (batch) => this.#poll(batch),
    uncertain: (batch) => this.#search(batch),
    sent: (batch) => this.#follow(batch),
    confirming: (batch) => this.#follow(batch),
  };

  async #begin(batch: StoredBatch): Promise<StepResult> {
    const { wallet, clock } = this.#modules;
    const check = await mayPay(this.#teller, this.#modules);
    if (check.kind !== 'clear') return waitsFor(batch, check.why, check.detail);
    const since = clock.steadyMs();
    const begun = await this.#teller.begin(batch, {
      startHeight: check.tip,
      identity: check.identity,
      remembered: check.remembered,
      calledMs: clock.nowMs(),
    });
    if (begun?.kind !== 'moved') return waitsFor(batch, 'held', 'payouts were stopped at this moment');
    // The machine may have slept between the disk and this line. Then another process may own the ledger.
    if (clock.steadyMs() - since > MOST_CALL_DELAY_MS)
      return resultOf(
        await this.#teller.tell(begun.batch, { kind: 'doubt' }),
        'this process slept before its call',
      );
    this.#called = batch.position.id;
    const answer = await wallet.start({
      batch: batch.position.id,
      outputs: outputsOf(batch),
      tag: batch.tag,
    });
    const [evidence, facts, detail] = evidenceOf(answer);
    return resultOf(await this.#teller.tell(begun.batch, evidence, facts), detail);
  }

  async #poll(batch: StoredBatch): Promise<StepResult> {
    const { wallet, clock } = this.#modules;
    const answer = await wallet.poll(batch.operation ?? '');
    if (answer.kind === 'running') {
      if (wallet.isByHand || clock.nowMs() - (batch.calledMs ?? 0) <= MOST_OPERATION_MS)
        return waitsFor(batch, 'operation_runs', `the wallet works on ${batch.operation}`);
      return resultOf(await this.#teller.tell(batch, { kind: 'doubt' }), 'the operation never ended');
    }
    if (answer.kind === 'done')
      return resultOf(
        await this.#teller.tell(batch, { kind: 'operation_done', txid: answer.txid }),
        `the wallet says that it made ${answer.txid}`,
      );
    // After a restart the wallet may speak about another operation under this id.
    const isOurs =
      answer.kind === 'nothing_happened' && (wallet.isByHand || this.#called === batch.position.id);
    const evidence: BatchEvidence = { kind: isOurs ? 'nothing_happened' : 'doubt' };
    return resultOf(await this.#teller.tell(batch, evidence, {}), answer.why);
  }

  /** Looks for a payment whose transaction is not known. */
  async #search(batch: StoredBatch): Promise<StepResult> {
    const { wallet, witness, writer, clock } = this.#modules;
    const tip = await witness.tip();
    if (tip === undefined) return waitsFor(batch, 'nodes_away', 'too few nodes answer');
    const identity = await wallet.identity();
    const hasRemembered = await wallet.remembers(batch.remembered);
    // A rebuilt wallet forgets what was never mined, so what it does not list proves nothing.
    if (identity !== batch.identity || !hasRemembered) return this.#holdChanged(batch, identity);
    const history = await wallet.history(historyFrom(batch));
    const match = await writer.read((queries) => matchIn(queries, this.#teller.store, batch, history));
    const chain = await checkChain(history, tip.height, witness);
    if (chain !== undefined) return waitsFor(batch, chain.why, chain.detail);
    if (match.kind !== 'none')
      return resultOf(await this.#teller.tell(batch, { kind: 'searched', match }), 'the history has it');
    const now = await this.#noteEnd(batch, history, tip.height, clock.steadyMs());
    const look = { history, match, identity, hasRemembered, life: wallet.life };
    const proof = await proveNoTransaction(now, look, this.#modules, this.#teller.options.margin);
    if (!proof.isProved) return waitsFor(now, 'not_found', proof.detail);
    const outcome = await this.#teller.tell(
      now,
      { kind: 'proved_unpaid', proofs: proof.proofs },
      { closedAt: tip.height },
    );
    return resultOf(outcome, 'it is proved that the call made nothing');
  }

  async #holdChanged(batch: StoredBatch, identity: string): Promise<StepResult> {
    const detail = `the wallet is ${identity}; the batch was begun with ${batch.identity}, and with what that one had made`;
    return resultOf(
      await this.#teller.tell(batch, { kind: 'hold', reason: 'wallet_changed' }, { detail }),
      detail,
    );
  }

  /** Notes from which height on no operation runs that could still make the transaction. */
  async #noteEnd(
    batch: StoredBatch,
    { isIdle }: WalletHistory,
    tip: number,
    steadyMs: number,
  ): Promise<StoredBatch> {
    if (this.#searching?.batch !== batch.position.id || !isIdle)
      this.#searching = { batch: batch.position.id, sinceMs: steadyMs };
    if (!isIdle) return batch.endedAt === null ? batch : this.#teller.note(batch, { endedAt: null });
    const isSettled = steadyMs - this.#searching.sinceMs >= CALL_SETTLES_MS;
    return isSettled && batch.endedAt === null ? this.#teller.note(batch, { endedAt: tip }) : batch;
  }

  /** Follows transactions that are known; the history may still show a second one. */
  async #follow(batch: StoredBatch): Promise<StepResult> {
    const { wallet, writer } = this.#modules;
    const unread = batch.position.txids.filter(
      (txid) => !batch.transactions.some((one) => one.txid === txid && one.raw !== null),
    );
    for (const txid of unread) {
      const raw = await wallet.rawTransaction(txid);
      if (raw === null) {
        const identity = await wallet.identity();
        if (identity !== batch.identity) return this.#holdChanged(batch, identity);
        continue;
      }
      const transactions = batch.transactions.map((one) => (one.txid === txid ? { ...one, raw } : one));
      const noted = await this.#teller.note(batch, { transactions });
      return { kind: 'moved', batch: noted.position.id, detail: `the bytes of ${txid} are stored` };
    }
    const history = await wallet.history(historyFrom(batch));
    const match = await writer.read((queries) => matchIn(queries, this.#teller.store, batch, history));
    if (match.kind !== 'none') {
      const outcome = await this.#teller.tell(batch, { kind: 'searched', match });
      if (outcome.kind === 'moved') return resultOf(outcome, 'the history has another one');
    }
    return this.#watch.look(batch, history);
  }
}

type Called = readonly [BatchEvidence, BatchFactsChange, string];

/** What the answer to a call is evidence of. */
function evidenceOf(answer: Awaited<ReturnType<SendingWallet['start']>>): Called {
  switch (answer.kind) {
    case 'operation':
      return [{ kind: 'called' }, { operation: answer.id }, `the wallet began ${answer.id}`];
    case 'done':
      return [
        { kind: 'operation_done', txid: answer.txid },
        {},
        `the wallet says that it made ${answer.txid}`,
      ];
    case 'nothing_happened':
      return [{ kind: 'nothing_happened' }, {}, answer.why];
    case 'doubt':
      return [{ kind: 'doubt' }, {}, answer.why];
  }
}

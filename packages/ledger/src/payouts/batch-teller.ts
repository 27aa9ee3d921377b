import { type BatchEvidence, moveBatch } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import { type MoveContext, type MoveOutcome, tellBatch } from './move-batch.ts';
import { addHold, type PayoutControl, readControl, saveControl, type WalletHold } from './payout-control.ts';
import { type Actor, type PayoutModules, PROGRAM } from './payout-modules.ts';
import type { PayoutOptions } from './payout-options.ts';
import { PayoutStore } from './payout-store.ts';
import type { StepResult } from './step-result.ts';
import type { BatchFactsChange, StoredBatch } from './stored-batch.ts';

/** Changes batches and switches, each change in one transaction that only the holder of the lease can make. */
export class BatchTeller {
  readonly options: PayoutOptions;
  readonly store: PayoutStore;
  readonly #modules: PayoutModules;

  constructor(options: PayoutOptions, modules: PayoutModules) {
    this.options = options;
    this.store = new PayoutStore(options);
    this.#modules = modules;
  }

  /** What changes within a caller's transaction need. */
  context(actor: Actor = PROGRAM): MoveContext {
    const { books, clock } = this.#modules;
    return { store: this.store, books, rules: this.options.rules, nowMs: clock.nowMs(), actor };
  }

  /** Tells a batch what happened. @throws AditError `ADIT_PAYOUT_CHANGED` if it is not as the caller read it */
  tell(
    batch: StoredBatch,
    evidence: BatchEvidence,
    facts: BatchFactsChange = {},
    actor: Actor = PROGRAM,
  ): Promise<MoveOutcome> {
    // Most looks say nothing new, and need no transaction.
    const step = moveBatch(batch.position, evidence, this.options.rules);
    if (step.kind === 'stays' && Object.keys(facts).length === 0)
      return Promise.resolve({ kind: 'stayed', batch });
    return this.#modules.writer.transact((queries) =>
      tellBatch(queries, batch, evidence, facts, this.context(actor)),
    );
  }

  /** Stores what became known about a batch. */
  note(batch: StoredBatch, facts: BatchFactsChange): Promise<StoredBatch> {
    return this.#modules.writer.transact((queries) =>
      this.store.save(queries, batch, { ...batch, ...facts }),
    );
  }

  /** Begins to ask the wallet, if payouts are neither off nor held at this very moment. */
  begin(batch: StoredBatch, facts: BatchFactsChange): Promise<MoveOutcome | undefined> {
    return this.#modules.writer.transact(async (queries) => {
      const control = await readControl(queries, this.options);
      if (control.mode === 'off' || control.hold !== null) return undefined;
      return tellBatch(queries, batch, { kind: 'begun' }, facts, this.context());
    });
  }

  control(): Promise<PayoutControl> {
    return this.#modules.writer.read((queries) => readControl(queries, this.options));
  }

  /** Keeps the identity of the wallet that payouts begin with: from then on another one stops them. */
  async keepIdentity(queries: Queries, identity: string): Promise<void> {
    const control = await readControl(queries, this.options);
    if (control.identity === null)
      await saveControl(queries, this.options, control, { ...control, identity });
  }

  /** Stops all payouts of the wallet until an operator resumes them. Reasons that stand already stay beside this one. */
  async holdWallet(hold: Omit<WalletHold, 'sinceMs'>, actor: Actor = PROGRAM): Promise<void> {
    const { writer, books, clock } = this.#modules;
    await writer.transact(async (queries) => {
      const control = await readControl(queries, this.options);
      const timeMs = clock.nowMs();
      const holds = addHold(control.holds, { ...hold, sinceMs: timeMs });
      if (holds === undefined) return;
      await saveControl(queries, this.options, control, { ...control, holds });
      await books.audit(queries, {
        timeMs,
        actor,
        action: 'payouts_held',
        subject: { kind: 'wallet', name: this.options.wallet },
        content: { reason: hold.reason, detail: hold.detail },
      });
    });
  }
}

/** What a step says after evidence was told. */
export function resultOf(outcome: MoveOutcome, detail: string): StepResult {
  const { id, state } = outcome.batch.position;
  return outcome.kind === 'moved'
    ? { kind: 'moved', batch: id, detail: `${state}: ${detail}` }
    : { kind: 'waits', batch: id, why: 'not_found', detail };
}

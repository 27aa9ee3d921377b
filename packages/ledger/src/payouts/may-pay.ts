import { type BatchTeller, resultOf } from './batch-teller.ts';
import { checkBeforeCall } from './checks-before-call.ts';
import type { PayoutModules } from './payout-modules.ts';
import type { CallCheck, StepResult, WaitCause } from './step-result.ts';
import type { StoredBatch } from './stored-batch.ts';

/**
 * Whether payouts are on, and all is as it must be to make a transaction. What only a person can judge holds the payouts of the wallet.
 * @throws where wallet or nodes do not answer
 */
export async function mayPay(
  teller: BatchTeller,
  modules: PayoutModules,
): Promise<Exclude<CallCheck, { readonly kind: 'hold' }>> {
  const control = await teller.control();
  if (control.hold !== null) return { kind: 'waits', why: 'held', detail: control.hold.detail };
  if (control.mode === 'off') return { kind: 'waits', why: 'off', detail: '' };
  const check = await checkBeforeCall(modules, teller.store, control);
  if (check.kind !== 'hold') return check;
  await teller.holdWallet(check);
  return { kind: 'waits', why: 'held', detail: check.detail };
}

/**
 * Begins a batch whose bytes the ledger keeps before any node has them.
 * @param detail what comes next, for the operator
 * @throws where wallet or nodes do not answer, or the database fails
 */
export async function beginKept(
  batch: StoredBatch,
  teller: BatchTeller,
  modules: PayoutModules,
  detail: string,
): Promise<StepResult> {
  const check = await mayPay(teller, modules);
  if (check.kind !== 'clear') return waitsFor(batch, check.why, check.detail);
  const begun = await teller.begin(batch, {
    startHeight: check.tip,
    identity: check.identity,
    calledMs: modules.clock.nowMs(),
  });
  if (begun === undefined) return waitsFor(batch, 'held', 'payouts were stopped at this moment');
  return resultOf(begun, detail);
}

/** The result of a step that changed nothing. */
export function waitsFor(batch: StoredBatch, why: WaitCause, detail: string): StepResult {
  return { kind: 'waits', batch: batch.position.id, why, detail };
}

import type { BatchTeller } from './batch-teller.ts';
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

/** The result of a step that changed nothing. */
export function waitsFor(batch: StoredBatch, why: WaitCause, detail: string): StepResult {
  return { kind: 'waits', batch: batch.position.id, why, detail };
}

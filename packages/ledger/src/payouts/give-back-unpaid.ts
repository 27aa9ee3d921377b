import { meaningOf, type NonceWallet, type ProofCondition, proveByNonce } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { BatchTeller } from './batch-teller.ts';
import { nonceRules, numberedItems, sightsOf } from './numbered-payments.ts';
import type { Actor, PayoutModules } from './payout-modules.ts';
import { releaseItem, type UnpaidItem } from './release-item.ts';
import type { StoredBatch } from './stored-batch.ts';

/**
 * Gives back the items of a batch whose nonces were used by other final transactions.
 * @throws AditError `ADIT_PAYOUT_REFUSED` if that is proved for none of them; the message has what is missing
 */
export async function giveBackUnpaid(
  batch: StoredBatch,
  teller: BatchTeller,
  modules: PayoutModules<NonceWallet>,
  actor: Actor,
): Promise<void> {
  const open = numberedItems(batch, modules.wallet).filter(({ item }) => !item.isReleased);
  const sights = await sightsOf(batch, open, modules);
  const rules = nonceRules(modules.wallet, teller.options.rules.settleDepth);
  const missing = new Set<ProofCondition>();
  const unpaid: UnpaidItem[] = [];
  for (const [i, { position, payment }] of open.entries()) {
    const sight = sights[i];
    const use = sight?.kind === 'used' ? sight.use : null;
    const outcome = proveByNonce(batch.position.id, payment, use, rules);
    if (!outcome.isProved) for (const one of outcome.missing) missing.add(one);
    else if (use !== null) {
      const meaning = meaningOf(payment, use);
      if (meaning !== 'paid') unpaid.push({ position, proof: outcome.proof, meaning });
    }
  }
  if (unpaid.length === 0)
    throw new AditError(
      'ADIT_PAYOUT_REFUSED',
      `no payment of batch ${batch.position.id} is proved unpaid (${[...missing].join(', ')}): only another final transaction with its nonce proves it; nothing was changed`,
    );
  await modules.writer.transact(async (queries) => {
    let now = batch;
    for (const one of unpaid) now = await releaseItem(queries, now, one, teller.context(actor));
  });
}

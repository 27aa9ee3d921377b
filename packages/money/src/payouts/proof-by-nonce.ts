import { meaningOf, type NoncePayment, type NonceRules, type NonceUse } from './nonce-payment.ts';
import { conclude, type ProofOutcome } from './proof.ts';

/** What identifies a payment of an account with nonces, whatever hash it has. */
export function nonceMark({ from, nonce }: Pick<NoncePayment, 'from' | 'nonce'>): string {
  return `${from}:${nonce}`;
}

/**
 * Proves that a payment of an account with nonces was not made and never will be: another final transaction used its nonce, or its own
 * transaction failed. Nothing else proves it, since such a transaction never expires.
 * @param use of the payment's nonce, as the nodes that agree have it; null if none is known
 */
export function proveByNonce(
  batch: string,
  payment: NoncePayment,
  use: NonceUse | null,
  rules: NonceRules,
): ProofOutcome {
  const isOurs = use !== null && use.from === payment.from && use.nonce === payment.nonce;
  return conclude(
    { batch, method: 'nonce', txid: nonceMark(payment) },
    {
      nonce_used: isOurs,
      nodes_agree: isOurs && use.nodes >= rules.nodes,
      nonce_final: isOurs && use.depth >= rules.finalDepth,
      pays_another: isOurs && meaningOf(payment, use) !== 'paid',
    },
  );
}

import type { BlockPayment } from './block-payment.ts';
import { OPAQUE_WORDS } from './opaque-cause.ts';
import { fault, type PayeesFault } from './payees-fault.ts';
import type { ZcashWork } from './work.ts';

/**
 * What the node's coinbase pays to the operator, in zatoshi: subsidy and fees, without funding streams, lockbox and
 * withheld fees.
 * @param operator the script of the operator's address
 * @returns a fault where a work cannot pay anybody else
 */
export function operatorReward(work: ZcashWork, operator: Uint8Array): bigint | PayeesFault {
  if (work.variation === undefined) return opaqueFault(work);
  return work.variation.operatorReward(operator);
}

/**
 * The same work, whose coinbase pays other outputs in the place of the operator's one, under an id of its own. All other
 * outputs stay, in their order. The coinbase keeps the text that it has, and an earlier payment is replaced. So a work
 * gets its text first: `withCoinbaseText` makes the node's outputs again.
 *
 * It costs three hashes for the coinbase, and one for each level of the tree of ids. Header commitments do not change:
 * they cover the script (versions 5 and 6) or nothing of the coinbase (version 4).
 *
 * @returns a fault, and never a work that pays other amounts than these
 */
export function withPayees(work: ZcashWork, payment: BlockPayment): ZcashWork | PayeesFault {
  if (work.variation === undefined) return opaqueFault(work);
  const paid = work.variation.pay(work, payment);
  return 'cause' in paid ? paid : { ...work, ...paid, payment };
}

function opaqueFault({ opaque = 'unproven' }: ZcashWork): PayeesFault {
  return fault(opaque, `the coinbase stays as the node made it: ${OPAQUE_WORDS[opaque]}`);
}

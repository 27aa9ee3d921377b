import { AditError } from '@adit/primitives';

/** What goes wrong with the next payment that is sent. */
export type NextPayment =
  | 'none'
  /** The node takes it, and answers with an error. */
  | 'error_but_taken'
  /** The node answers with an error, and takes it five fast blocks later, as when a peer brings it. */
  | 'taken_later'
  /** The node answers with its hash, and loses it. */
  | 'never_taken'
  /** A stranger sends it under another hash, and this one is mined. */
  | 'other_hash';

/** Trouble with payments of a devnet. It lasts until it is ordered otherwise, but for `nextPayment`, which is used up. */
export interface PaymentTrouble {
  /** Fast blocks take no payments: they wait in the pool. */
  holdPool: boolean;
  nextPayment: NextPayment;
}

/** A devnet without trouble. */
export const NO_PAYMENT_TROUBLE: PaymentTrouble = { holdPool: false, nextPayment: 'none' };

const NEXT: readonly NextPayment[] = ['none', 'error_but_taken', 'taken_later', 'never_taken', 'other_hash'];

/** Checks orders from outside. @throws AditError `ADIT_BAD_FAULT` */
export function parsePaymentTrouble(value: unknown): Partial<PaymentTrouble> {
  if (typeof value !== 'object' || value === null) throw bad('the order must be an object');
  for (const [name, wanted] of Object.entries(value)) {
    if (!Object.hasOwn(NO_PAYMENT_TROUBLE, name)) throw bad(`${name} is not an order`);
    const isGood = name === 'nextPayment' ? NEXT.some((one) => one === wanted) : typeof wanted === 'boolean';
    if (!isGood) throw bad(`${name} has a value that it cannot have`);
  }
  return value;
}

function bad(message: string): AditError {
  return new AditError('ADIT_BAD_FAULT', message);
}

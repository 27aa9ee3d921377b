import { AditError } from '@adit/primitives';

/** What goes wrong with the next transaction that the wallet makes. */
export type SendTrouble =
  | 'none'
  /** The operation fails with -26, and the node has the transaction all the same. */
  | 'error_but_sent'
  /** The operation succeeds, and the wallet keeps the transaction back until it is told to deliver. */
  | 'sent_later'
  /** The operation succeeds, and no node ever gets the transaction. */
  | 'never_sent';

/** Trouble of a devnet's wallet. It lasts until it is ordered otherwise, but for `nextSend`, which is used up. */
export interface WalletTrouble {
  /** The wallet does not reach its node: it sends nothing, hears of no blocks, and looks healthy. */
  nodeDown: boolean;
  /** It hears of no new blocks, and calls itself synced: listings and balances are old. */
  holdSync: boolean;
  /** Proofs do not end: operations go on, and the calls that want the writer hang. */
  holdProofs: boolean;
  /** Its keys are locked. */
  locked: boolean;
  /** False: it does not send again what no block has. */
  resends: boolean;
  nextSend: SendTrouble;
}

/** A wallet without trouble. */
export const NO_TROUBLE: WalletTrouble = {
  nodeDown: false,
  holdSync: false,
  holdProofs: false,
  locked: false,
  resends: true,
  nextSend: 'none',
};
const SEND_TROUBLES: readonly SendTrouble[] = ['none', 'error_but_sent', 'sent_later', 'never_sent'];

/** Checks orders from outside. @throws AditError `ADIT_BAD_FAULT` */
export function parseTrouble(value: unknown): Partial<WalletTrouble> {
  if (typeof value !== 'object' || value === null) throw bad('the order must be an object');
  for (const [name, wanted] of Object.entries(value)) {
    if (!Object.hasOwn(NO_TROUBLE, name)) throw bad(`${name} is not an order`);
    const isGood =
      name === 'nextSend' ? SEND_TROUBLES.some((one) => one === wanted) : typeof wanted === 'boolean';
    if (!isGood) throw bad(`${name} has a value that it cannot have`);
  }
  return value;
}

function bad(message: string): AditError {
  return new AditError('ADIT_BAD_FAULT', message);
}

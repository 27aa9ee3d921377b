import { AditError } from '@adit/primitives';

/** What the signing of a batch needs beside its items. */
export interface NonceDraft {
  /** Price of a fee unit. */
  readonly price: bigint;
}

const FORM = /^price=(\d{1,78})$/;

/** As it is kept in the ledger. */
export function writeNonceDraft({ price }: NonceDraft): Uint8Array {
  return new TextEncoder().encode(`price=${price}`);
}

/** @throws AditError `ADIT_LEDGER_DAMAGED` for anything that the program does not write */
export function readNonceDraft(draft: Uint8Array): NonceDraft {
  const [, price] = FORM.exec(new TextDecoder().decode(draft)) ?? [];
  if (price === undefined)
    throw new AditError('ADIT_LEDGER_DAMAGED', 'the draft of a batch of numbered payments cannot be read');
  return { price: BigInt(price) };
}

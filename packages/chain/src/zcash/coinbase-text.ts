import { AditError } from '@adit/primitives';
import type { ZcashWork } from './work.ts';

/**
 * The same work with another text in its coinbase, under an id of its own. An earlier text is replaced, and payees give
 * way to the node's own address. The height stays first; the node's own text stays if there is room for it.
 * @param text 1 to {@link maxCoinbaseText} bytes, such as {@link coinbaseTextOf} makes
 * @throws AditError `ADIT_OPAQUE_WORK` for work without `variation`, `ADIT_BAD_COINBASE_TEXT`
 */
export function withCoinbaseText(work: ZcashWork, text: Uint8Array): ZcashWork {
  if (work.variation === undefined) {
    throw new AditError('ADIT_OPAQUE_WORK', 'the coinbase of this work must be used as the node made it');
  }
  const { payment: _, ...plain } = work;
  return { ...plain, ...work.variation.vary(text) };
}

/** Bytes of text that the coinbase of a work can take; 0 if it cannot be varied. */
export function maxCoinbaseText(work: ZcashWork): number {
  return work.variation?.maxText ?? 0;
}

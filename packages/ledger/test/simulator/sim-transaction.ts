import { concatBytes, uint32LE } from '@adit/primitives';
import type { SimTransaction } from './sim-chain.ts';

/** Builds a transaction with the bytes that say when it expires, as v5 has them. */
export function simTransaction(facts: Omit<SimTransaction, 'raw'>): SimTransaction {
  const head = concatBytes(
    uint32LE(0x8000_0005),
    uint32LE(0x26a7_270a),
    uint32LE(0x7719_0ad9),
    uint32LE(0),
    uint32LE(facts.expiry),
  );
  return { ...facts, raw: concatBytes(head, new TextEncoder().encode(facts.txid)) };
}

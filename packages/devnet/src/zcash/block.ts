import {
  decodeZcashHeader,
  type EquihashSizes,
  ZCASH_HEADER_BYTES,
  type ZcashHeader,
  zcashBlockHash,
} from '@adit/pow';
import { AditError, ByteReader, compactSize, concatBytes } from '@adit/primitives';
import { readTransaction, type TransparentTransaction } from './transaction.ts';
import { authDigest, transactionId } from './transaction-digests.ts';

export interface BlockTransaction {
  transaction: TransparentTransaction;
  raw: Uint8Array;
  /** 32 bytes, header order. */
  txid: Uint8Array;
  /** 32 bytes, hash order. */
  authDigest: Uint8Array;
}

/** A parsed block. Nothing is checked yet except that it can be read. */
export interface ParsedBlock {
  raw: Uint8Array;
  header: ZcashHeader;
  /** 140 bytes. */
  headerBytes: Uint8Array;
  /** The solution without its length prefix. */
  solution: Uint8Array;
  /** 32 bytes, header order. */
  hash: Uint8Array;
  transactions: readonly BlockTransaction[];
}

/**
 * Reads a serialised block to its last byte.
 * @throws AditError `ADIT_TRUNCATED`, `ADIT_BAD_COMPACT_SIZE` (a length not in its shortest form),
 *   `ADIT_BAD_BLOCK` (another solution length, bytes left over), `ADIT_BAD_TRANSACTION`
 */
export function parseBlock(raw: Uint8Array, sizes: EquihashSizes): ParsedBlock {
  const reader = new ByteReader(raw);
  const headerBytes = reader.bytes(ZCASH_HEADER_BYTES);
  const length = reader.compactSize();
  if (length !== sizes.solutionBytes) {
    throw new AditError(
      'ADIT_BAD_BLOCK',
      `the solution must have ${sizes.solutionBytes} bytes, not ${length}`,
    );
  }
  const solution = reader.bytes(length);
  const hash = zcashBlockHash(headerBytes, concatBytes(sizes.prefix, solution));
  const count = reader.compactSize();
  const transactions: BlockTransaction[] = [];
  for (let i = 0; i < count; i += 1) transactions.push(readBlockTransaction(reader, raw));
  if (reader.remaining !== 0)
    throw new AditError('ADIT_BAD_BLOCK', `${reader.remaining} bytes follow the block`);
  return { raw, header: decodeZcashHeader(headerBytes), headerBytes, solution, hash, transactions };
}

export function encodeBlock(
  headerBytes: Uint8Array,
  solution: Uint8Array,
  sizes: EquihashSizes,
  transactions: readonly Uint8Array[],
): Uint8Array {
  return concatBytes(headerBytes, sizes.prefix, solution, compactSize(transactions.length), ...transactions);
}

/** Reads the next transaction of `raw` with its digests. @throws what {@link readTransaction} throws */
export function readBlockTransaction(reader: ByteReader, raw: Uint8Array): BlockTransaction {
  const start = reader.offset;
  const transaction = readTransaction(reader);
  return {
    transaction,
    raw: raw.subarray(start, reader.offset),
    txid: transactionId(transaction),
    authDigest: authDigest(transaction),
  };
}

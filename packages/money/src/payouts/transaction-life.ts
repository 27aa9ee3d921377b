import { AditError, ByteReader } from '@adit/primitives';

/** How long a Zcash transaction can be mined. */
export interface TransactionLife {
  readonly version: number;
  /** Last height at which it is valid; 0 if it never expires. */
  readonly expiry: number;
  /** The consensus branch that it was made for; null in v4, where only its signatures know. */
  readonly branchId: number | null;
  /** Whether strangers can change its id (before v5, ZIP 244). */
  readonly isMalleable: boolean;
}

/** The first bit of the version says that the version group follows (ZIP 202). */
const OVERWINTERED = 0x8000_0000;
/** Inputs and outputs of a transaction of the largest size, two megabytes, are fewer than this. */
const MOST_PARTS = 60_000;

/**
 * Reads the expiry height out of the stored bytes of a transaction. A proof of non-payment believes nothing but the bytes.
 * @param raw serialised transaction
 * @throws AditError `ADIT_BAD_TRANSACTION` for a version other than 4, 5 and 6, `ADIT_TRUNCATED`, `ADIT_BAD_BYTES`
 */
export function transactionLife(raw: Uint8Array): TransactionLife {
  const reader = new ByteReader(raw);
  const header = reader.uint32LE();
  const version = header % OVERWINTERED;
  if (header < OVERWINTERED || version < 4 || version > 6)
    throw new AditError(
      'ADIT_BAD_TRANSACTION',
      `a transaction of version ${version} cannot be read: 4 to 6 can`,
    );
  reader.uint32LE(); // version group id
  if (version === 4) return { version, expiry: expiryOfV4(reader), branchId: null, isMalleable: true };
  const branchId = reader.uint32LE();
  reader.uint32LE(); // lock time
  return { version, expiry: reader.uint32LE(), branchId, isMalleable: false };
}

/** In v4 the expiry stands behind the transparent inputs and outputs (ZIP 243). */
function expiryOfV4(reader: ByteReader): number {
  for (let left = partsOf(reader); left > 0; left -= 1) {
    reader.bytes(36); // outpoint
    reader.bytes(reader.compactSize()); // script
    reader.uint32LE(); // sequence
  }
  for (let left = partsOf(reader); left > 0; left -= 1) {
    reader.uint64LE(); // value
    reader.bytes(reader.compactSize()); // script
  }
  reader.uint32LE(); // lock time
  return reader.uint32LE();
}

function partsOf(reader: ByteReader): number {
  const count = reader.compactSize();
  if (count > MOST_PARTS)
    throw new AditError('ADIT_BAD_TRANSACTION', `a transaction cannot have ${count} inputs or outputs`);
  return count;
}

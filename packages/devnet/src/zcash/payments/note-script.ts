import { AditError, ByteReader, compactSize, concatBytes } from '@adit/primitives';

/** A shielded pool. Orchard receivers are paid in Ironwood. */
export type Pool = 'sapling' | 'ironwood';

/** A shielded output. */
export interface Note {
  readonly pool: Pool;
  /** 43 bytes. */
  readonly receiver: Uint8Array;
  /** 8 random bytes, so that two equal payments are two transactions. */
  readonly seed: Uint8Array;
  /** At most 512 bytes; empty if there is none. */
  readonly memo: Uint8Array;
}

/** OP_RETURN, which nobody can spend in a real script, and a mark. */
const START = Uint8Array.of(0x6a, ...new TextEncoder().encode('note'));
const POOLS: readonly Pool[] = ['sapling', 'ironwood'];
const RECEIVER_BYTES = 43;
const SEED_BYTES = 8;

/**
 * Writes a note as an output script. Notes of the devnet are open outputs with this script: the value is that of the output, and
 * its outpoint stands for the nullifier. Blocks, digests and ids are those of transparent transactions of the real format.
 */
export function noteScript({ pool, receiver, seed, memo }: Note): Uint8Array {
  return concatBytes(
    START,
    Uint8Array.of(POOLS.indexOf(pool)),
    receiver,
    seed,
    compactSize(memo.length),
    memo,
  );
}

/** @returns undefined for a script that is not a note */
export function readNote(script: Uint8Array): Note | undefined {
  if (script.length <= START.length || !START.every((byte, i) => script[i] === byte)) return undefined;
  try {
    const reader = new ByteReader(script.subarray(START.length));
    const [number = 0] = reader.bytes(1);
    const pool = POOLS[number];
    if (pool === undefined) return undefined;
    const [receiver, seed] = [reader.bytes(RECEIVER_BYTES), reader.bytes(SEED_BYTES)];
    const memo = reader.bytes(reader.compactSize());
    return reader.remaining === 0 ? { pool, receiver, seed, memo } : undefined;
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

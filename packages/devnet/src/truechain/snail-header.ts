import { bigintToBytes } from '@adit/primitives';
import { encodeRlp, type RlpItem } from '@adit/wallets';
import { keccak_256 } from '@noble/hashes/sha3.js';

/** The header of a snail block, and also of a fruit: both come from one template. */
export interface SnailHeader {
  readonly parentHash: Uint8Array;
  /** 20 bytes. */
  readonly coinbase: Uint8Array;
  /** The older snail block that a fruit points to. */
  readonly pointerHash: Uint8Array;
  readonly pointerNumber: number;
  readonly fruitsHash: Uint8Array;
  readonly fastHash: Uint8Array;
  /** The fast block that a fruit covers; 0 if there is none. */
  readonly fastNumber: number;
  readonly signHash: Uint8Array;
  readonly difficulty: bigint;
  readonly fruitDifficulty: bigint;
  readonly number: number;
  readonly publicKey: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  readonly extra: Uint8Array;
  readonly mixDigest: Uint8Array;
  readonly nonce: bigint;
}

export const ZERO_HASH: Readonly<Uint8Array> = new Uint8Array(32);

/** The hash that miners work on: Keccak-256 of the RLP of 13 fields (without signHash, mixDigest and nonce). */
export function hashWithoutNonce(header: SnailHeader): Uint8Array {
  return keccak_256(
    encodeRlp([...upToFastNumber(header), header.difficulty, ...fromFruitDifficulty(header)]),
  );
}

/** The hash of the block or fruit itself: all 16 fields. Its first 16 bytes are a seed of a dataset. */
export function hashOfHeader(header: SnailHeader): Uint8Array {
  return keccak_256(
    encodeRlp([
      ...upToFastNumber(header),
      header.signHash,
      header.difficulty,
      ...fromFruitDifficulty(header),
      header.mixDigest,
      bigintToBytes(header.nonce, 8),
    ]),
  );
}

function upToFastNumber(header: SnailHeader): RlpItem[] {
  return [
    header.parentHash,
    header.coinbase,
    header.pointerHash,
    header.pointerNumber,
    header.fruitsHash,
    header.fastHash,
    header.fastNumber,
  ];
}

function fromFruitDifficulty(header: SnailHeader): RlpItem[] {
  return [header.fruitDifficulty, header.number, header.publicKey, header.time, header.extra];
}

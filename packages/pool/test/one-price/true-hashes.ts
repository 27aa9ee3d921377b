import type { TrueHashDataset } from '@adit/pow';
import type { VerifierPool } from '@adit/pow/threads';
import { bigintToBytes, concatBytes, encodeHex } from '@adit/primitives';
import type { Random } from './random.ts';

/** A hash that was computed and may be a share. */
export interface Found {
  /** 64 hex digits. */
  readonly header: string;
  readonly nonce: bigint;
  /** A share of weight w has a value up to 1 / w. */
  readonly value: number;
}

const WORST = (1n << 128n) - 1n;
const VALUE_BITS = 53;

/** Hashes are drawn: of those that miners compute only the good ones are made, with the values that chance gives them. */
export class TrueHashes {
  readonly #random: Random;
  readonly #values = new Map<string, number>();
  #counter = 0n;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Computes hashes on a header.
   * @param weight those of a smaller weight are of no use to the miner, and left out
   * @param prefix the nonce that the miner begins at; 40 bits are free
   * @param random draws the hashes. Default: the generator of the world
   */
  mine(header: string, hashes: number, weight: number, prefix = 0n, random = this.#random): Found[] {
    return Array.from({ length: poisson(hashes / weight, random) }, () => {
      this.#counter += 1n;
      const nonce = prefix | this.#counter;
      const value = Math.max(random.next(), Number.MIN_VALUE) / weight;
      this.#values.set(`${header} ${nonce}`, value);
      return { header, nonce, value };
    });
  }

  /** The verifier of the pool, which knows the values that were drawn. Other nonces meet no target. */
  asVerifier(): VerifierPool {
    const verifier = {
      trueHash: async (_dataset: Uint8Array, header: Uint8Array, nonce: bigint) => {
        const value = this.#values.get(`${encodeHex(header)} ${nonce}`);
        // Either of two halves may be the good one, so a half has half the value.
        const half =
          value === undefined
            ? WORST
            : BigInt(Math.floor(value * 2 ** VALUE_BITS)) << BigInt(127 - VALUE_BITS);
        return concatBytes(bigintToBytes(half, 16), bigintToBytes(WORST, 16));
      },
      buildDataset: async () => ({ hash: new Uint8Array(32) }) as unknown as TrueHashDataset,
      addDataset: () => {},
      dropDataset: () => {},
    };
    return verifier as unknown as VerifierPool;
  }
}

function poisson(mean: number, random: Random): number {
  let count = 0;
  // Parts of at most 20, since e^-mean of a large mean is 0.
  for (let left = mean; left > 0; left -= 20) {
    const least = Math.exp(-Math.min(left, 20));
    for (let product = random.next(); product > least; product *= random.next()) count += 1;
  }
  return count;
}

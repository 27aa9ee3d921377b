import { AditError, checkBytes } from '@adit/primitives';
import type { KernelBuild } from '../wasm/kernel.ts';
import type { TrueHashDataset } from './dataset.ts';
import { TrueHashKernel } from './kernel.ts';

/** What a scan of nonces found. */
export interface ScanResult {
  /** How many nonces were tried, including the found one. */
  readonly tried: number;
  readonly found?: { readonly nonce: bigint; readonly digest: Uint8Array };
}

const MAX_NONCE = (1n << 64n) - 1n;
const MAX_TARGET = (1n << 128n) - 1n;
/** A scan cannot be interrupted. This many nonces take about 15 minutes, far more than a miner should scan at once. */
const MAX_COUNT = 2 ** 26;

/** Hashes nonces with one dataset. */
export class TrueHasher {
  readonly #kernel: TrueHashKernel;

  /** @param options `build`: where left out, the best one for the runtime */
  constructor(dataset: TrueHashDataset, options: { readonly build?: KernelBuild } = {}) {
    this.#kernel = new TrueHashKernel(dataset.masks, options.build);
  }

  /**
   * Hashes one nonce.
   *
   * @param headerHash 32 bytes: the hash of the header without its nonce
   * @param nonce 0 to 2^64-1
   * @returns the digest, 32 bytes: the first half is for blocks, the second for fruits
   * @throws AditError `ADIT_BAD_TRUEHASH_INPUT`, `ADIT_BAD_BYTES` for hex text
   */
  hash(headerHash: Uint8Array, nonce: bigint): Uint8Array {
    check(headerHash, nonce);
    return this.#kernel.hash(headerHash, nonce);
  }

  /**
   * Finds the first nonce of a range with a digest half strictly below the target. Strictly, because other miners compare
   * so, and a node accepts every such digest.
   *
   * @param count nonces to try, 0 to 2^26; they wrap at 2^64
   * @param target 0 to 2^128-1
   * @throws AditError `ADIT_BAD_TRUEHASH_INPUT`, `ADIT_BAD_BYTES` for hex text
   */
  scan(headerHash: Uint8Array, start: bigint, count: number, target: bigint): ScanResult {
    check(headerHash, start);
    if (!Number.isInteger(count) || count < 0 || count > MAX_COUNT) {
      throw bad(`the count must be an integer from 0 to ${MAX_COUNT}, not ${count}`);
    }
    if (target < 0n || target > MAX_TARGET) throw bad('the target must be 0 to 2^128-1');
    return this.#kernel.scan(headerHash, start, count, target);
  }
}

function check(headerHash: Uint8Array, nonce: bigint): void {
  checkBytes(headerHash, 'the header hash');
  if (typeof nonce !== 'bigint') throw bad(`the nonce must be a bigint, not a ${typeof nonce}`);
  if (headerHash.length !== 32) throw bad(`the header hash must be 32 bytes, not ${headerHash.length}`);
  if (nonce < 0n || nonce > MAX_NONCE) throw bad('the nonce must be 0 to 2^64-1');
}

function bad(message: string): AditError {
  return new AditError('ADIT_BAD_TRUEHASH_INPUT', message);
}

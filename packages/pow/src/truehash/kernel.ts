import { TRUEHASH_BUILDS } from '../generated/truehash.ts';
import { Kernel, type KernelBuild, type KernelFunction, lazyModule } from '../wasm/kernel.ts';

const compiled = lazyModule(TRUEHASH_BUILDS);

/** The TrueHash kernel with the masks of one dataset in its memory, which takes 192 KiB. */
export class TrueHashKernel {
  readonly #memory: Uint8Array;
  readonly #header: number;
  readonly #result: number;
  readonly #hash: KernelFunction;
  readonly #scan: KernelFunction;
  readonly #hashDataset: KernelFunction;

  /** @param masks `MASKS_BYTES` bytes, which the caller has checked */
  constructor(masks: Uint8Array, build?: KernelBuild) {
    const kernel = new Kernel(compiled(build));
    this.#memory = kernel.bytes;
    this.#header = kernel.function('headerAddress')();
    this.#result = kernel.function('resultAddress')();
    this.#hash = kernel.function('hash');
    this.#scan = kernel.function('scan');
    this.#hashDataset = kernel.function('hashDataset');
    this.#memory.set(masks, kernel.function('masksAddress')());
    kernel.function('setUp')();
  }

  hash(headerHash: Uint8Array, nonce: bigint): Uint8Array {
    this.#memory.set(headerHash, this.#header);
    this.#hash(high(nonce), low(nonce));
    return this.#digest();
  }

  scan(
    headerHash: Uint8Array,
    start: bigint,
    count: number,
    target: bigint,
  ): { tried: number; found?: { nonce: bigint; digest: Uint8Array } } {
    this.#memory.set(headerHash, this.#header);
    const upper = target >> 64n;
    const outcome = this.#scan(
      high(start),
      low(start),
      count,
      high(upper),
      low(upper),
      high(target),
      low(target),
    );
    const tried = outcome & 0x7fff_ffff;
    if (outcome >= 0) return { tried };
    return { tried, found: { nonce: BigInt.asUintN(64, start + BigInt(tried - 1)), digest: this.#digest() } };
  }

  hashDataset(): Uint8Array {
    this.#hashDataset();
    return this.#digest();
  }

  #digest(): Uint8Array {
    return this.#memory.slice(this.#result, this.#result + 32);
  }
}

function high(value: bigint): number {
  return Number((value >> 32n) & 0xffff_ffffn);
}

function low(value: bigint): number {
  return Number(value & 0xffff_ffffn);
}

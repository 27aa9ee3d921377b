import { checkBytes } from '@adit/primitives';
import type { Kernel, KernelFunction } from '../wasm/kernel.ts';

/** Feeds a message of any length to a kernel that takes chunks. */
export class ChunkedKernel {
  readonly kernel: Kernel;
  readonly #chunk: number;
  readonly #chunkBytes: number;
  readonly #digest: number;
  readonly #update: KernelFunction;

  /** @param kernel one that exports chunkAddress, chunkBytes, digestAddress and update */
  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.#chunk = kernel.function('chunkAddress')();
    this.#chunkBytes = kernel.function('chunkBytes')();
    this.#digest = kernel.function('digestAddress')();
    this.#update = kernel.function('update');
  }

  /** Passes all chunks but the last to `update`, and places the last one. @returns the length of the last chunk */
  feed(message: Uint8Array): number {
    checkBytes(message, 'the message');
    const memory = this.kernel.bytes;
    let at = 0;
    for (; message.length - at > this.#chunkBytes; at += this.#chunkBytes) {
      memory.set(message.subarray(at, at + this.#chunkBytes), this.#chunk);
      this.#update(this.#chunkBytes);
    }
    memory.set(message.subarray(at), this.#chunk);
    return message.length - at;
  }

  digest(bytes: number): Uint8Array {
    return this.kernel.bytes.slice(this.#digest, this.#digest + bytes);
  }
}

/** Makes a value at its first use. For kernels whose memory holds nothing between two calls. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

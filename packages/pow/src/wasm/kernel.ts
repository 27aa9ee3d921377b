import { AditError } from '@adit/primitives';

// The few parts of the WebAssembly interface that are used. Declared here, because the language's own library
// does not name them and the DOM's would let browser-only code slip in.
interface WasmMemory {
  readonly buffer: ArrayBuffer;
}
interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
interface WasmNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => WasmInstance;
}

const wasm = (globalThis as unknown as { readonly WebAssembly?: WasmNamespace }).WebAssembly;

/** A function of a kernel: 32-bit numbers in, at most one out. Addresses are byte offsets in its memory. */
export type KernelFunction = (...args: number[]) => number;

/** One instance of a compiled kernel: its functions and its memory, which nobody else writes. */
export class Kernel {
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #memory: WasmMemory;
  #bytes: Uint8Array;

  /** @param host functions that the kernel calls, by name */
  constructor(module: object, host: Readonly<Record<string, () => number>> = {}) {
    const instance = new (webAssembly().Instance)(module, { host });
    this.#exports = instance.exports;
    this.#memory = instance.exports['memory'] as WasmMemory;
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** @throws AditError `ADIT_BROKEN_KERNEL` when the kernel has no such function */
  function(name: string): KernelFunction {
    const found = this.#exports[name];
    if (typeof found !== 'function') throw new AditError('ADIT_BROKEN_KERNEL', `the kernel has no ${name}`);
    return found as KernelFunction;
  }

  /** The whole memory. Growing it detaches older views, so nobody keeps this one. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}

/**
 * Compiles an embedded kernel when it is first needed, and once: a module is immutable, only its instances have
 * state.
 */
export function lazyModule(base64: string): () => object {
  let module: object | undefined;
  return () => {
    module ??= new (webAssembly().Module)(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
    return module;
  };
}

function webAssembly(): WasmNamespace {
  if (wasm === undefined) {
    throw new AditError(
      'ADIT_NO_WEBASSEMBLY',
      'this runtime has no WebAssembly; a browser or Node is needed',
    );
  }
  return wasm;
}

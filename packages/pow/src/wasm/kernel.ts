import { AditError } from '@adit/primitives';

// The parts of the WebAssembly interface that Adit uses. They are declared here, because the library of the language does
// not name them, and the DOM library would let code compile that runs in browsers only.
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
  readonly validate: (bytes: Uint8Array) => boolean;
}

const wasm = (globalThis as unknown as { readonly WebAssembly?: WasmNamespace }).WebAssembly;

/** A function of a kernel: it takes 32-bit numbers and returns at most one. Addresses are byte offsets in its memory. */
export type KernelFunction = (...args: number[]) => number;

/** One instance of a compiled kernel: its functions, and its own memory. */
export class Kernel {
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #memory: WasmMemory;
  #bytes: Uint8Array;

  /** @param host the functions that the kernel calls, by name */
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

  /** The whole memory. When it grows, older views are detached, so callers must not keep this one. */
  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }
}

/** `simd` needs 128-bit vectors, which every current engine has; `plain` runs in every engine with WebAssembly. */
export type KernelBuild = 'simd' | 'plain';

/** An embedded kernel as base64. A kernel that gains nothing from vectors has only the plain build. */
export type KernelBuilds = { readonly plain: string; readonly simd?: string };

/**
 * Compiles an embedded kernel at its first use, and each build once: a module is immutable, and only its instances have
 * state.
 *
 * @returns a function that takes the wanted build; without one it chooses the best build for the runtime
 */
export function lazyModule(builds: KernelBuilds): (wanted?: KernelBuild) => object {
  const modules = new Map<string, object>();
  return (wanted) => {
    const simd = wanted === undefined ? builds.simd !== undefined && hasSimd() : wanted === 'simd';
    const bytes = simd ? (builds.simd ?? builds.plain) : builds.plain;
    const known = modules.get(bytes);
    if (known !== undefined) return known;
    const made = compile(
      Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0)),
      simd,
    );
    modules.set(bytes, made);
    return made;
  };
}

/** A page whose Content-Security-Policy forbids it gets a bare CompileError from the engine, as for broken bytes. */
function compile(bytes: Uint8Array, simd: boolean): object {
  const { Module, validate } = webAssembly();
  try {
    return new Module(bytes);
  } catch (cause) {
    if (validate(bytes)) {
      const forbidden =
        "compiling WebAssembly is forbidden here: a Content-Security-Policy needs script-src 'wasm-unsafe-eval'";
      throw new AditError('ADIT_NO_WEBASSEMBLY', forbidden, { cause });
    }
    if (simd && !hasSimd()) {
      const missing =
        'this runtime has no vectors of WebAssembly: leave out the option `build`, or set `plain`';
      throw new AditError('ADIT_NO_WEBASSEMBLY', missing, { cause });
    }
    throw new AditError('ADIT_BROKEN_KERNEL', 'an embedded kernel is not WebAssembly', { cause });
  }
}

/** A module of one function that returns a vector: i32.const 0, i8x16.splat, i8x16.popcnt. */
const SIMD_PROBE = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // types: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // functions: the first has the first type
  ...[0x0a, 0x0a, 0x01, 0x08, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0xfd, 0x62, 0x0b], // code
);

/** @returns whether this runtime has the 128-bit vectors of WebAssembly */
export function hasSimd(): boolean {
  return webAssembly().validate(SIMD_PROBE);
}

function webAssembly(): WasmNamespace {
  if (wasm === undefined) {
    throw new AditError('ADIT_NO_WEBASSEMBLY', 'this runtime has no WebAssembly: use a browser or Node');
  }
  return wasm;
}

import { AditError, checkBytes } from '@adit/primitives';
import { EQUIHASH_VERIFY_BUILDS } from '../generated/equihash-verify.ts';
import { Kernel, type KernelBuild, type KernelFunction, lazyModule } from '../wasm/kernel.ts';
import { checkInput } from './input.ts';
import { type EquihashParams, type EquihashSizes, equihashSizes, personalizationBytes } from './params.ts';

/** `valid`, or the first rule that the solution breaks. */
export type EquihashVerdict =
  | 'valid'
  | 'wrong_length'
  | 'index_order'
  | 'duplicate_index'
  | 'collision'
  | 'nonzero_root';

/** The index is the number that the kernel returns. */
const VERDICTS: readonly EquihashVerdict[] = [
  'valid',
  'index_order',
  'duplicate_index',
  'collision',
  'nonzero_root',
];

const compiled = lazyModule(EQUIHASH_VERIFY_BUILDS);

/** Checks Equihash solutions for one set of parameters. It keeps 64 KiB, and a check allocates nothing. */
export class EquihashVerifier {
  readonly sizes: EquihashSizes;
  readonly #memory: Uint8Array;
  readonly #input: number;
  readonly #solution: number;
  readonly #verify: KernelFunction;

  /**
   * @param options `build`: where left out, the best one for the runtime
   * @throws AditError `ADIT_BAD_EQUIHASH_PARAMETERS`; `ADIT_NO_WEBASSEMBLY` also where a page forbids to compile it
   */
  constructor(params: EquihashParams, options: { readonly build?: KernelBuild } = {}) {
    this.sizes = equihashSizes(params);
    const person = personalizationBytes(params);
    const kernel = new Kernel(compiled(options.build));
    this.#memory = kernel.bytes;
    this.#memory.set(person, kernel.function('personAddress')());
    this.#input = kernel.function('inputAddress')();
    this.#solution = kernel.function('solutionAddress')();
    this.#verify = kernel.function('verify');
    kernel.function('configure')(params.n, params.k, oddRandom());
  }

  /**
   * @param input the bytes that the solution is for, at most 1024: for a chain the 140 bytes of header and nonce
   * @param solution packed indices, without length prefix
   * @throws AditError `ADIT_EQUIHASH_INPUT_TOO_LONG`, `ADIT_BAD_BYTES` for hex text
   */
  verify(input: Uint8Array, solution: Uint8Array): EquihashVerdict {
    checkInput(input);
    checkBytes(solution, 'the solution');
    if (solution.length !== this.sizes.solutionBytes) return 'wrong_length';
    this.#memory.set(input, this.#input);
    this.#memory.set(solution, this.#solution);
    const verdict = VERDICTS[this.#verify(input.length)];
    if (verdict === undefined) throw new AditError('ADIT_BROKEN_KERNEL', 'the verifier gave no verdict');
    return verdict;
  }
}

/** The multiplier of the kernel's hash table. It is random, so that a forger cannot choose indices that share a slot. */
function oddRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) | 1;
}

import { AditError } from '@adit/primitives';
import { EQUIHASH_SOLVE_BUILDS } from '../generated/equihash-solve.ts';
import { Kernel, type KernelBuild, type KernelFunction, lazyModule } from '../wasm/kernel.ts';
import { checkInput } from './input.ts';
import { type EquihashParams, type EquihashSizes, equihashSizes, personalizationBytes } from './params.ts';
import { packIndices } from './solution.ts';

/** How a solver is told to stop, and which build it uses. */
export interface EquihashSolverOptions {
  /** Called every few milliseconds while solving. It must be quick and must not throw. */
  readonly cancelled?: () => boolean;
  /** The build of the kernel; where left out, the best one for the runtime. */
  readonly build?: KernelBuild;
}

/** A reference to a pair (a bucket and two slots) has 32 bits, which are too few for digits of more than 20 bits. */
const MAX_COLLISION_BITS = 20;
/** What the kernel returns when it was cancelled. */
const CANCELLED = -1;

const compiled = lazyModule(EQUIHASH_SOLVE_BUILDS);

/**
 * Finds the solutions of inputs. It keeps its memory (165 MB for 200,9) between calls, and blocks its thread while it
 * solves: use a worker in a page.
 */
export class EquihashSolver {
  /** Bytes of the kernel's memory. */
  readonly memoryBytes: number;
  readonly #sizes: EquihashSizes;
  readonly #kernel: Kernel;
  readonly #input: number;
  readonly #solutions: number;
  readonly #solve: KernelFunction;
  readonly #dropped: KernelFunction;

  /**
   * @throws AditError `ADIT_BAD_EQUIHASH_PARAMETERS`; `ADIT_SOLVER_UNSUPPORTED` for digits of more than 20 bits,
   *   such as those of 144,5 and 192,7; `ADIT_OUT_OF_MEMORY`; `ADIT_NO_WEBASSEMBLY` also where a page forbids to compile it
   */
  constructor(params: EquihashParams, options: EquihashSolverOptions = {}) {
    this.#sizes = equihashSizes(params);
    const { bucketBits, slots } = layout(params, this.#sizes);
    const { build, cancelled } = options;
    const kernel = new Kernel(compiled(build), { cancelled: () => (cancelled?.() === true ? 1 : 0) });
    if (kernel.function('configure')(params.n, params.k, bucketBits, slots) === 0) {
      throw new AditError(
        'ADIT_OUT_OF_MEMORY',
        `there is no memory for an Equihash(${params.n},${params.k}) solver`,
      );
    }
    kernel.bytes.set(personalizationBytes(params), kernel.function('personAddress')());
    this.#kernel = kernel;
    this.#input = kernel.function('inputAddress')();
    this.#solutions = kernel.function('solutionsAddress')();
    this.#solve = kernel.function('solve');
    this.#dropped = kernel.function('dropped');
    this.memoryBytes = kernel.bytes.length;
  }

  /**
   * How many of some twenty million values the last call dropped because their bucket was full. Solutions that need a
   * dropped value are lost; with zero, all solutions were found.
   */
  get dropped(): number {
    return this.#dropped();
  }

  /**
   * Solves one input.
   *
   * @param input the header with its nonce, at most 1024 bytes
   * @returns all solutions, packed in canonical order, without prefix; an empty array when cancelled
   * @throws AditError `ADIT_EQUIHASH_INPUT_TOO_LONG`, `ADIT_BAD_BYTES` for hex text
   */
  solve(input: Uint8Array): Uint8Array[] {
    checkInput(input);
    this.#kernel.bytes.set(input, this.#input);
    const count = this.#solve(input.length);
    if (count === CANCELLED) return [];
    const { indexCount } = this.#sizes;
    const indices = new Uint32Array(this.#kernel.bytes.buffer, this.#solutions, count * indexCount);
    return Array.from({ length: count }, (_, i) =>
      packIndices(indices.subarray(i * indexCount, (i + 1) * indexCount), this.#sizes),
    );
  }
}

/** Half of a digit chooses the bucket: then there are as many buckets as chains, and both stay in the fast caches. */
function layout(params: EquihashParams, { collisionBits }: EquihashSizes) {
  if (collisionBits > MAX_COLLISION_BITS) {
    throw new AditError(
      'ADIT_SOLVER_UNSUPPORTED',
      `solving Equihash(${params.n},${params.k}) is not supported: digits of ${collisionBits} bits, at most ${MAX_COLLISION_BITS}`,
    );
  }
  const bucketBits = collisionBits >> 1;
  const mean = 2 ** (collisionBits + 1 - bucketBits);
  // Ten standard deviations above the mean. Buckets of short digits vary more than that from stage to stage.
  const slots = mean + 10 * Math.ceil(Math.sqrt(mean)) + (collisionBits < MAX_COLLISION_BITS ? mean : 0);
  return { bucketBits, slots };
}

import type { EquihashParams } from '@adit/pow';

/** An order for the solving thread: one solution whose block hash lies within bounds. */
export interface ShareOrder {
  readonly id: number;
  readonly equihash: EquihashParams;
  /** The first 108 bytes of the header. */
  readonly headerStart: Uint8Array;
  readonly nonce1: Uint8Array;
  /** Inclusive bounds of the block hash as a number. */
  readonly least: bigint;
  readonly most: bigint;
  readonly withinMs: number;
  /** The start of a header that the same nonce must solve as well; that of the order itself asks for a second solution. */
  readonly also?: Uint8Array;
}

/** A solution without its prefix, and the block hash as a number. */
export interface FoundSolution {
  readonly solution: Uint8Array;
  readonly value: bigint;
}

export interface ShareReport {
  readonly id: number;
  readonly found?: FoundSolution & {
    readonly nonce: Uint8Array;
    /** The solution for `also`. */
    readonly other?: FoundSolution;
  };
  /** Solutions that were tried, and the time that they took. Estimates are made of both. */
  readonly solutions: number;
  readonly milliseconds: number;
}

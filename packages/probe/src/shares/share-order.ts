import type { EquihashParams } from '@adit/pow';

/** What the solving thread is asked for: one solution whose block hash lies in a range. */
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
}

export interface ShareReport {
  readonly id: number;
  readonly found?: { readonly nonce: Uint8Array; readonly solution: Uint8Array; readonly value: bigint };
  /** Solutions looked at, and how long it took: what an estimate is made of. */
  readonly solutions: number;
  readonly milliseconds: number;
}

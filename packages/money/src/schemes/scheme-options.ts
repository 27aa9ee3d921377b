import { AditError } from '@adit/primitives';
import { BLOCK_SCORE } from '../exact/score.ts';

/** What all schemes with a window need. */
export interface WindowOptions {
  /** Score that a round pays for: `windowOf(2)` is the default of PPLNS. */
  readonly window: bigint;
}

/**
 * The reward scheme of a chain, with its options.
 *
 * - `pplns`: the newest shares up to a window of score share each block.
 * - `prop`: the shares since the block before share a block. Miners gain by leaving long rounds, so it is for tests.
 * - `solo`: the finder gets its block.
 * - `pps`: each share is paid at once from the reserve, by the subsidy. Its blocks are shared as with PPLNS, where the part
 *   of shares that were paid at once goes to the reserve. So a chain can have both kinds of shares without mixing the risks.
 * - `fpps`: as `pps`, and the price has the fees of recent blocks in it.
 */
export type SchemeOptions =
  | ({ readonly kind: 'pplns' } & WindowOptions)
  | { readonly kind: 'prop' }
  | { readonly kind: 'solo' }
  | ({ readonly kind: 'pps' } & WindowOptions)
  | ({ readonly kind: 'fpps' } & WindowOptions);

/** The name of a scheme. */
export type SchemeKind = SchemeOptions['kind'];

/** A window must end while shares are still at hand: this many blocks' worth of shares are read for each block. */
const MOST_BLOCKS = 100;

/**
 * @param blocks expected blocks that a window holds, N of PPLNS; thousandths count
 * @returns the window as a score
 * @throws AditError `ADIT_BAD_OPTION` unless it is from 0.001 to 100
 */
export function windowOf(blocks: number): bigint {
  const thousandths = Math.round(blocks * 1_000);
  if (!Number.isFinite(blocks) || thousandths < 1 || blocks > MOST_BLOCKS)
    throw new AditError(
      'ADIT_BAD_OPTION',
      `a window must be from 0.001 to ${MOST_BLOCKS} blocks, not ${blocks}`,
    );
  return (BLOCK_SCORE * BigInt(thousandths)) / 1_000n;
}

/** PPLNS over two expected blocks: the default scheme. */
export const DEFAULT_SCHEME: SchemeOptions = { kind: 'pplns', window: windowOf(2) };

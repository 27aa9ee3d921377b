import { AditError } from '@adit/primitives';
import type { SchemeOptions } from './scheme-options.ts';
import { SCHEMES } from './schemes.ts';

/** A time in which one scheme holds on a chain. The list of them is stored: a round can be made again years later. */
export interface SchemePeriod {
  /** Number of the first share under it. */
  readonly from: bigint;
  /** Hash of the block with which it begins; null for the first scheme of a chain. */
  readonly afterBlock: string | null;
  readonly scheme: SchemeOptions;
}

/** The block with which a change begins: it is the last one of the former scheme. */
export interface ChangeBlock {
  readonly hash: string;
  /** Number of the share that found it. */
  readonly number: bigint;
}

/** The history of a chain that begins. */
export function firstScheme(scheme: SchemeOptions): readonly SchemePeriod[] {
  return [{ from: 0n, afterBlock: null, scheme }];
}

/**
 * Records a change of scheme. It begins with the share behind a block, so that no round is shared by two rules.
 * @returns the history with one more period; the given one stays as it is
 * @throws AditError `ADIT_SCHEME_CHANGE` if the block lies before the last change: rounds that were paid would change
 */
export function changeScheme(
  history: readonly SchemePeriod[],
  block: ChangeBlock,
  scheme: SchemeOptions,
): readonly SchemePeriod[] {
  const from = block.number + 1n;
  const last = history.at(-1);
  if (last === undefined || from <= last.from) {
    throw new AditError(
      'ADIT_SCHEME_CHANGE',
      `a scheme can only change behind share ${last?.from ?? 0n}, where the one before began; use a later block`,
    );
  }
  return [...history, { from, afterBlock: block.hash, scheme }];
}

/** The scheme that holds for a block, and how far back its round may read. */
export interface SchemeInForce {
  readonly scheme: SchemeOptions;
  /**
   * Number of the first share that may count. A window goes on across a change between two schemes that keep one; across
   * any other change the shares before it are left out, since the former scheme paid for them in full.
   */
  readonly countsFrom: bigint;
}

/**
 * @param number of the share that found the block
 * @throws AditError `ADIT_SCHEME_CHANGE` if the history begins behind it
 */
export function schemeAt(history: readonly SchemePeriod[], number: bigint): SchemeInForce {
  let at = history.findLastIndex(({ from }) => from <= number);
  const period = history[at];
  if (period === undefined)
    throw new AditError('ADIT_SCHEME_CHANGE', `no scheme is recorded for share ${number}`);
  while (at > 0 && keepsWindow(history[at]) && keepsWindow(history[at - 1])) at -= 1;
  return { scheme: period.scheme, countsFrom: history[at]?.from ?? period.from };
}

function keepsWindow(period: SchemePeriod | undefined): boolean {
  return period !== undefined && SCHEMES[period.scheme.kind].keepsWindow;
}

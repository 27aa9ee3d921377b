import { PPLNS } from './pplns.ts';
import { FPPS, PPS } from './pps.ts';
import type { PpsPrice } from './pps-credit.ts';
import { PROP } from './prop.ts';
import { isSlice, type Round, type RoundItem, type RoundSource, type ShareClaim } from './round.ts';
import type { PriceFacts, Scheme } from './scheme.ts';
import type { SchemeKind, SchemeOptions } from './scheme-options.ts';
import { SOLO } from './solo.ts';

/** A row for each member of `SchemeOptions`, for the options of that member. A table without one of them does not compile. */
export type SchemeTable<Options extends SchemeOptions = SchemeOptions> = {
  readonly [Kind in Options['kind']]: Scheme<Extract<Options, { kind: Kind }>>;
};

/** The reward schemes. A new scheme is added here, and to `SchemeOptions`. */
export const SCHEMES: SchemeTable = {
  pplns: PPLNS,
  prop: PROP,
  solo: SOLO,
  pps: PPS,
  fpps: FPPS,
};

/** The names of all schemes. */
export const SCHEME_KINDS = Object.keys(SCHEMES) as readonly SchemeKind[];

/**
 * The round of a block: who takes part in it, by which score.
 * @param options the scheme of the chain in force at the block, from `schemeAt`
 * @throws AditError `ADIT_SHARES_OUT_OF_ORDER`, and `ADIT_BAD_OPTION` for a window that is not above zero
 */
export function roundOf(options: SchemeOptions, source: RoundSource): Round {
  // Sources may be generators, which can be read only once: the first share is put back before the others.
  const shares = source.shares[Symbol.iterator]();
  const first = shares.next();
  if (first.done === true) return rowOf(options.kind).round(options, { ...source, shares: [] }, holderOf);
  const { value: newest } = first;
  const all = { ...source, shares: withFirst(newest, shares) };
  const kind = schemeOfFinder(newest, source.blockNumber);
  return kind !== undefined && SCHEMES[kind].keepsBlock
    ? rowOf(kind).round({ kind } as SchemeOptions, all, holderOf)
    : rowOf(options.kind).round(options, all, holderOf);
}

/** The price of shares of a scheme; undefined if its shares earn with blocks only. */
export function priceOf(kind: SchemeKind, facts: PriceFacts): PpsPrice | undefined {
  return SCHEMES[kind].price(facts);
}

/** Any price will do to ask whether there is one. */
const SOME_FACTS: PriceFacts = { subsidy: 0n, feeRatioPpm: 0n, coefficient: 0n };
/** By kind. Every share is asked about, so the answers are made once. */
const PAID_AT_ONCE: ReadonlySet<SchemeKind> = new Set(
  SCHEME_KINDS.filter((kind) => priceOf(kind, SOME_FACTS) !== undefined),
);

/** Whether shares of a scheme are paid at once, from the reserve. */
export function isPaidAtOnce(kind: SchemeKind): boolean {
  return PAID_AT_ONCE.has(kind);
}

/** @returns the scheme of the share that found the block; undefined if the newest item does not hold that share */
function schemeOfFinder(newest: RoundItem, blockNumber: bigint): SchemeKind | undefined {
  if (!isSlice(newest)) return newest.number === blockNumber ? newest.scheme : undefined;
  if (newest.last < blockNumber || newest.first > blockNumber) return undefined;
  for (const { number, scheme } of newest.shares()) if (number === blockNumber) return scheme;
  return undefined;
}

function holderOf(share: ShareClaim): string | undefined {
  return SCHEMES[share.scheme].holderOf(share);
}

/** The type of the table guarantees a row for each kind, which takes the options of that kind. */
function rowOf(kind: SchemeKind): Scheme<SchemeOptions> {
  return SCHEMES[kind] as Scheme<SchemeOptions>;
}

function* withFirst(first: RoundItem, others: Iterator<RoundItem>): Generator<RoundItem> {
  try {
    yield first;
    for (let next = others.next(); next.done !== true; next = others.next()) yield next.value;
  } finally {
    // A round that has enough stops reading; a store's cursor is closed then.
    others.return?.();
  }
}

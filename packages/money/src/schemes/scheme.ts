import type { PpsPrice } from './pps-credit.ts';
import type { Round, RoundSource, ShareClaim } from './round.ts';
import type { SchemeOptions } from './scheme-options.ts';

/** Who holds the score of a share in a round; undefined for shares that take no part in it. */
export type HolderOf = (share: ShareClaim) => string | undefined;

/** What a price is made of. All are settled before the shares that they pay come. */
export interface PriceFacts {
  /** The miner's part of the subsidy at the height, in the smallest unit. */
  readonly subsidy: bigint;
  /** Fees of recent blocks over their subsidies, from `feeRatioPpm`. */
  readonly feeRatioPpm: bigint;
  /** In 10^-9: `COEFFICIENT_ONE` where no damping is used. */
  readonly coefficient: bigint;
}

/** What a reward scheme does. A new scheme is a member of `SchemeOptions` and a row of `SCHEMES`. */
export interface Scheme<Options extends SchemeOptions> {
  /** For people. */
  readonly label: string;
  /** Where the score of a share of this scheme goes in a round of another one of the chain. */
  readonly holderOf: HolderOf;
  /** Whether rounds of this scheme walk back behind their last block. Between two such schemes a window stays open. */
  readonly keepsWindow: boolean;
  /** Whether a block that was found by a share of this scheme goes to its finder, whatever the scheme of the chain. */
  readonly keepsBlock: boolean;
  /** The round of a block while the chain has this scheme. */
  round(options: Options, source: RoundSource, holderOf: HolderOf): Round;
  /** The price of a share; undefined if shares earn with blocks only. */
  price(facts: PriceFacts): PpsPrice | undefined;
}

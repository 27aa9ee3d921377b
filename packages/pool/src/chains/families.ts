import { TRUECHAIN_FAMILY, type TrueChainOptions } from '../truechain/chain.ts';
import { ZCASH_FAMILY, type ZcashChainOptions } from '../zcash/chain.ts';
import type { ChainBase, ChainFamilies, ChainFamily } from './chain-family.ts';

/** A chain of any family. */
export type ChainOptions = ZcashChainOptions | TrueChainOptions;

/** The families of chains that a pool knows. A new family is added here, and to `ChainOptions`. */
export const CHAIN_FAMILIES: ChainFamilies<ChainOptions> = {
  zcash: ZCASH_FAMILY,
  truechain: TRUECHAIN_FAMILY,
};

/** The family of a chain. */
export function familyOf<Chain extends ChainBase>(
  families: ChainFamilies<Chain>,
  { kind }: Pick<Chain, 'kind'>,
): ChainFamily<Chain> {
  const known: Readonly<Record<string, unknown>> = families;
  // The type of the table guarantees a family for each kind, which takes the options of that kind.
  return known[kind] as ChainFamily<Chain>;
}

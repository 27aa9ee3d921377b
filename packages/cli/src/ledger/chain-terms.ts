import { CHAIN_TERMS, type Queries, setScheme, setTerms } from '@adit/ledger';
import { type SchemeOptions, windowOf } from '@adit/money';
import { coinsToUnits } from '../config/coins.ts';
import type { MoneyConfig } from '../config/money-keys.ts';
import type { LedgerChain } from './ledger-chains.ts';

/** Who changes what the configuration says, in the audit. */
const ACTOR = 'configuration';

/** The reward scheme of a configuration. */
function schemeOptions({ scheme, window }: Pick<MoneyConfig, 'scheme' | 'window'>): SchemeOptions {
  return scheme === 'pplns' ? { kind: scheme, window: windowOf(window) } : { kind: scheme };
}

/** Millionths out of percents with at most four digits behind the point. */
function ppmOf(percent: number): bigint {
  return BigInt(Math.round(percent * 10_000));
}

/**
 * Brings the terms and the scheme of a chain to what the configuration says. Both are kept with the time of their change; what has not
 * changed is not written.
 */
export async function applyTerms(
  queries: Queries,
  { network: chain, coin, money }: LedgerChain,
  timeMs: number,
): Promise<void> {
  await setTerms(queries, {
    chain,
    account: CHAIN_TERMS,
    timeMs,
    actor: ACTOR,
    reason: 'the configuration',
    terms: {
      feePpm: ppmOf(money.fee_percent),
      donation: null,
      minimum: coinsToUnits(money.minimum, coin),
    },
  });
  await setScheme(queries, { chain, scheme: schemeOptions(money), timeMs, actor: ACTOR });
}

import type { Rate, StatsSubject } from '@adit/stats';
import type { PublicSources } from '../sources.ts';
import type { ChainView } from './look-up.ts';

/** Names among which the largest are looked for: all that mined in the last hour, in all but huge pools. */
const MOST_ACCOUNTS = 20_000;

/** An account with its rate of the last hour. */
interface RankedAccount {
  readonly account: StatsSubject;
  readonly rate: Rate;
}

/** Accounts that lists may show, by their rates of the last hour, the largest first. */
export function rankedAccounts(
  { facts, stats, asOfMs }: ChainView,
  sources: PublicSources,
): readonly RankedAccount[] {
  if (stats === undefined) return [];
  return stats
    .activeAccounts(facts.network, MOST_ACCOUNTS, asOfMs)
    .filter(({ account }) => sources.privacyOf(facts.network, account) !== 'private')
    .map((account) => ({ account, rate: stats.hourRate(account, asOfMs) }))
    .sort((a, b) => (b.rate.value ?? 0) - (a.rate.value ?? 0));
}

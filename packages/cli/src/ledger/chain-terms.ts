import {
  CHAIN_TERMS,
  type Queries,
  setReserveLimits,
  setScheme,
  setSchemeChoice,
  setTerms,
} from '@adit/ledger';
import { type ReserveLimits, type SchemeOptions, windowOf } from '@adit/money';
import { coinsToUnits } from '../config/coins.ts';
import type { MoneyConfig } from '../config/money-keys.ts';
import type { LedgerChain } from './ledger-chains.ts';

/** Who changes what the configuration says, in the audit. */
const ACTOR = 'configuration';

/** The reward scheme of a configuration. */
function schemeOptions({ scheme, window }: Pick<MoneyConfig, 'scheme' | 'window'>): SchemeOptions {
  return scheme === 'prop' || scheme === 'solo'
    ? { kind: scheme }
    : { kind: scheme, window: windowOf(window) };
}

/** A gap between the floor of a reserve and where it resumes keeps it from opening and stopping with each credit. */
const GAP = 10n;

function reserveLimits({ coin, money }: LedgerChain): ReserveLimits | undefined {
  const { reserve_floor: floor, reserve_resume: resume } = money;
  if (floor === undefined) return undefined;
  const units = coinsToUnits(floor, coin);
  return { floor: units, resumeAt: resume === undefined ? units + units / GAP : coinsToUnits(resume, coin) };
}

/** Millionths out of percents with at most four digits behind the point. */
function ppmOf(percent: number): bigint {
  return BigInt(Math.round(percent * 10_000));
}

/**
 * Brings the terms and the scheme of a chain to what the configuration says. Both are kept with the time of their change; what has not
 * changed is not written.
 */
export async function applyTerms(queries: Queries, ledgerChain: LedgerChain, timeMs: number): Promise<void> {
  const { network: chain, coin, money } = ledgerChain;
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
  const change = { chain, timeMs, actor: ACTOR };
  await setScheme(queries, { ...change, scheme: schemeOptions(money) });
  await setSchemeChoice(queries, { ...change, kinds: money.miners_may_choose ?? [] });
  const limits = reserveLimits(ledgerChain);
  if (limits !== undefined) await setReserveLimits(queries, { ...change, ...limits });
}

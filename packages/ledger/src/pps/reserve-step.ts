import { type PriceFacts, reserveIsOpen } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import { type ReserveState, reserveState } from './reserve.ts';
import { setTariff, type Tariff } from './tariffs.ts';

/** Why a reserve pays for no share. */
export type ReserveClosed =
  /** No floor was set. */
  | 'no_limits'
  /** It is not known what a block pays. */
  | 'no_price'
  /** It has less than its floor, or than the amount at which it resumes. */
  | 'below_floor';

/** What a reserve does from now on. */
export type ReserveVerdict =
  | { readonly isOpen: true; readonly state: ReserveState; readonly hasChanged: boolean }
  | {
      readonly isOpen: false;
      readonly why: ReserveClosed;
      readonly state: ReserveState;
      /** True if it paid for shares until now. */
      readonly hasChanged: boolean;
    };

/**
 * Decides whether shares are paid at once from now on, and at which price, within the caller's transaction. All numbered shares that are
 * paid at once have to be credited before: what they cost is not in the reserve any more then.
 *
 * A stop holds from the next share that is numbered, whenever it was made: after an outage of the ledger many old shares come at once, and
 * an empty reserve must not pay for them. An opening and a price hold for shares that are made from now on.
 * @param facts what a share is paid at now; undefined while nobody knows: then the last price goes on
 */
export async function decideReserve(
  queries: Queries,
  chain: string,
  facts: PriceFacts | undefined,
  { timeMs, actor }: { readonly timeMs: number; readonly actor: string },
): Promise<ReserveVerdict> {
  const state = await reserveState(queries, chain);
  const { tariff } = state;
  const wasOpen = tariff?.isOpen === true;
  const price = facts ?? tariff;
  const why = closedBecause(state, price !== undefined, wasOpen);
  const by = { timeMs, actor };
  if (why !== undefined || price === undefined) {
    if (wasOpen)
      await setTariff(
        queries,
        chain,
        { ...tariff, sinceMs: 0, isOpen: false },
        { ...by, reason: why ?? 'no_price' },
      );
    return { isOpen: false, why: why ?? 'no_price', state, hasChanged: wasOpen };
  }
  if (!wasOpen || !isSamePrice(tariff, price)) {
    const { subsidy, feeRatioPpm, coefficient } = price;
    const reason = wasOpen ? 'price' : 'open';
    await setTariff(
      queries,
      chain,
      { subsidy, feeRatioPpm, coefficient, sinceMs: timeMs, isOpen: true },
      { ...by, reason },
    );
  }
  return { isOpen: true, state, hasChanged: !wasOpen };
}

function closedBecause(
  { limits, balance }: ReserveState,
  hasPrice: boolean,
  wasOpen: boolean,
): ReserveClosed | undefined {
  if (limits === undefined) return 'no_limits';
  if (!hasPrice) return 'no_price';
  return reserveIsOpen(limits, balance, wasOpen) ? undefined : 'below_floor';
}

/** Whether a tariff has this price already. */
export function isSamePrice(tariff: Tariff, facts: PriceFacts): boolean {
  return (
    tariff.subsidy === facts.subsidy &&
    tariff.feeRatioPpm === facts.feeRatioPpm &&
    tariff.coefficient === facts.coefficient
  );
}

import {
  fundReserve,
  type Queries,
  type ReserveChange,
  type ReserveSource,
  type ReserveState,
  releaseReserve,
  reserveState,
} from '@adit/ledger';
import { reserveBlocks, wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';
import { coinsToUnits } from '../../config/coins.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { reserveText } from '../../ledger/share-payer.ts';
import { print } from '../print.ts';
import { type AccountOptions, actorOf, reasonOf } from './account.ts';
import type { LedgerOptions } from './options.ts';

/** Chance of ruin for which a reserve is advised. */
const RUIN = 0.001;
const SOURCES: readonly ReserveSource[] = ['deposit', 'fees', 'owner'];
const TARGETS = ['owner', 'fees'] as const;

/** What a reserve does, for people. */
export interface ShownReserve {
  readonly isOpen: boolean;
  readonly text: string;
}

/** Says whether new shares are paid at once, and why not. */
export function shownReserve(chain: LedgerChain, state: ReserveState): ShownReserve {
  const { limits, tariff } = state;
  const isOpen = tariff?.isOpen === true;
  const why = limits !== undefined && state.balance >= limits.resumeAt ? 'no_price' : 'below_floor';
  const text = reserveText(chain, { isOpen, state, ...(isOpen ? {} : { why }) });
  return {
    isOpen,
    text: isOpen
      ? `new shares are paid at once: ${text}`
      : `new shares are NOT paid at once, and count for PPLNS: ${text}`,
  };
}

/** `adit ledger reserve` */
export async function runReserve(options: LedgerOptions): Promise<void> {
  const { chain, state } = await withLedger(options.config, ({ chains, database }) => {
    const named = chainNamed(chains, options.chain);
    return database.read(async (queries) => ({
      chain: named,
      state: await reserveState(queries, named.network),
    }));
  });
  const { network, money } = chain;
  const { balance, pending, limits, tariff } = state;
  const { isOpen, text } = shownReserve(chain, state);
  const advised = reserveBlocks({
    feePpm: BigInt(Math.round(money.fee_percent * 10_000)),
    orphanPpm: 0n,
    ruin: RUIN,
  });
  const json = {
    chain: network,
    open: isOpen,
    balance: String(balance),
    pending: String(pending),
    floor: limits === undefined ? null : String(limits.floor),
    resumeAt: limits === undefined ? null : String(limits.resumeAt),
    subsidy: tariff === undefined ? null : String(tariff.subsidy),
    feeRatioPpm: tariff === undefined ? null : String(tariff.feeRatioPpm),
    advisedBlocks: Number.isFinite(advised) ? Math.ceil(advised) : null,
  };
  print(options, json, () =>
    [`${network}: ${text}`, ...priceLines(chain, state), ...adviceLines(chain, state, advised)].join('\n'),
  );
}

/** `adit ledger reserve fund` */
export async function runFund(
  amount: string,
  options: AccountOptions & { readonly from: string },
): Promise<void> {
  const source = oneOf('--from', options.from, SOURCES);
  await changed(amount, options, (queries, change) => fundReserve(queries, change, source));
}

/** `adit ledger reserve release` */
export async function runRelease(
  amount: string,
  options: AccountOptions & { readonly to: string },
): Promise<void> {
  const target = oneOf('--to', options.to, TARGETS);
  await changed(amount, options, (queries, change) => releaseReserve(queries, change, target));
}

async function changed(
  amount: string,
  options: AccountOptions,
  change: (queries: Queries, change: ReserveChange) => Promise<bigint>,
): Promise<void> {
  const { chain, balance } = await withLedger(options.config, async ({ chains, database }) => {
    const named = chainNamed(chains, options.chain);
    const order = {
      chain: named.network,
      amount: coinsToUnits(amount, named.coin),
      timeMs: Date.now(),
      actor: actorOf(options),
      reason: reasonOf(options),
    };
    return { chain: named, balance: await database.transact((queries) => change(queries, order)) };
  });
  const { network, coin } = chain;
  print(
    options,
    { chain: network, balance: String(balance) },
    () => `${network}: the reserve has ${wholeCoins(balance, coin.decimals)} ${coin.symbol}`,
  );
}

function priceLines({ coin }: LedgerChain, { pending, tariff }: ReserveState): readonly string[] {
  const coins = (units: bigint) => `${wholeCoins(units, coin.decimals)} ${coin.symbol}`;
  return [
    ...(pending === 0n ? [] : [`  ${coins(pending)} more once its blocks are mature`]),
    ...(tariff === undefined
      ? []
      : [
          `  an expected block is paid at ${coins(tariff.subsidy)}; fpps adds ${Number(tariff.feeRatioPpm) / 10_000} % for fees`,
        ]),
  ];
}

function adviceLines({ coin }: LedgerChain, { tariff }: ReserveState, advised: number): readonly string[] {
  if (!Number.isFinite(advised))
    return ['  without a fee any reserve is used up for certain, sooner or later'];
  if (tariff === undefined) return [];
  const blocks = Math.ceil(advised);
  const sum = wholeCoins(BigInt(blocks) * tariff.subsidy, coin.decimals);
  return [
    `  with ${blocks} blocks (${sum} ${coin.symbol}) the chance to use it up is one in a thousand, without orphans`,
  ];
}

/** @throws AditError `ADIT_BAD_OPTION` */
function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new AditError('ADIT_BAD_OPTION', `${option}: found ${text}, expected one of ${known.join(', ')}`);
}

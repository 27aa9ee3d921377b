import { balanceOf, chainProgress, leaseHolder, type Queries, reserveState } from '@adit/ledger';
import type { ChartAccount } from '@adit/money';
import { wholeCoins } from '@adit/money';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { withLedger } from '../../ledger/open-ledger.ts';
import { paysAtOnce } from '../../ledger/share-payer.ts';
import { plain } from '../../log/plain.ts';
import { print } from '../print.ts';
import type { LedgerOptions } from './options.ts';
import { type ShownReserve, shownReserve } from './reserve.ts';

/** What is shown of the books: the pool's own accounts. */
const SHOWN: readonly (readonly [ChartAccount, string])[] = [
  ['asset:immature', 'immature rewards'],
  ['asset:coinbase', 'mature, to be shielded'],
  ['asset:transit', 'being shielded'],
  ['asset:hot', 'can be paid out'],
  ['equity:fee-pending', 'fees, immature'],
  ['equity:fee', 'fees'],
  ['equity:pps-pending', 'reserve, immature'],
  ['equity:pps', 'reserve'],
  ['equity:owner', 'own capital'],
  ['cost:network-fee', 'network fees paid'],
  ['suspense', 'of nobody: look at it'],
];

interface ChainState {
  readonly chain: LedgerChain;
  readonly shares: number;
  readonly blocks: Readonly<Record<string, number>>;
  /** By account of the books, in the smallest unit; what the pool has is above zero. */
  readonly amounts: readonly (readonly [string, bigint])[];
  /** What the reserve does, where shares are paid at once; undefined elsewhere. */
  readonly reserve: ShownReserve | undefined;
}

/** `adit ledger status` */
export async function runLedgerStatus(options: LedgerOptions): Promise<void> {
  const { holder, states } = await withLedger(options.config, ({ chains, database }) =>
    database.read(async (queries) => {
      const states: ChainState[] = [];
      for (const chain of chains) states.push(await stateOf(queries, chain));
      return { holder: await leaseHolder(queries), states };
    }),
  );
  const isRunning = holder !== undefined && holder.untilMs > Date.now();
  const json = {
    writer: isRunning ? holder.owner : null,
    chains: states.map(({ chain, shares, blocks, amounts, reserve }) => ({
      chain: chain.network,
      scheme: chain.money.scheme,
      payouts: chain.money.payouts,
      shares,
      blocks,
      reserve: reserve === undefined ? null : { open: reserve.isOpen, text: reserve.text },
      amounts: Object.fromEntries(amounts.map(([account, amount]) => [account, String(amount)])),
    })),
  };
  print(options, json, () =>
    [
      isRunning
        ? `the ledger runs: ${plain(holder.owner)}`
        : 'the ledger does NOT run: start `adit pool` or `adit ledger run`',
      ...states.map(stateText),
    ].join('\n'),
  );
}

async function stateOf(queries: Queries, chain: LedgerChain): Promise<ChainState> {
  const { shares, blocks } = await chainProgress(queries, chain.network);
  const amounts: (readonly [string, bigint])[] = [];
  for (const [account] of SHOWN) {
    const balance = await balanceOf(queries, chain.network, account);
    // Fees and suspense are credits: what the pool owes or owns is below zero there.
    amounts.push([account, account.startsWith('asset:') || account.startsWith('cost:') ? balance : -balance]);
  }
  const reserve = paysAtOnce(chain)
    ? shownReserve(chain, await reserveState(queries, chain.network))
    : undefined;
  return { chain, shares, blocks: Object.fromEntries(blocks), amounts, reserve };
}

function stateText({ chain, shares, blocks, amounts, reserve }: ChainState): string {
  const { network, coin, money } = chain;
  const words = new Map<string, string>(SHOWN);
  const counted = Object.entries(blocks).map(([state, count]) => `${count} ${state}`);
  return [
    `${network}: ${money.scheme}, fee ${money.fee_percent} %, payouts ${money.payouts}`,
    `  ${shares} shares numbered; blocks: ${counted.length === 0 ? 'none yet' : counted.join(', ')}`,
    ...(reserve === undefined ? [] : [`  ${reserve.text}`]),
    ...amounts
      .filter(([, amount]) => amount !== 0n)
      .map(
        ([account, amount]) =>
          `  ${wholeCoins(amount, coin.decimals).padStart(20)} ${coin.symbol}  ${words.get(account) ?? account}`,
      ),
  ].join('\n');
}

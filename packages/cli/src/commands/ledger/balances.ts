import { balanceOf, balancesOf, type Queries, statementOf } from '@adit/ledger';
import { nameIn, openAccount, wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';
import { accountNamed } from '../../ledger/account-named.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { textTable } from '../../view/text-table.ts';
import { print } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** What one account has. Amounts are text in the smallest unit. */
interface BalanceRow {
  readonly account: string;
  readonly owed: string;
  readonly pending: string;
}

/** `adit ledger balances` */
export async function runBalances(account: string | undefined, options: LedgerOptions): Promise<void> {
  const found = await withLedger(options.config, ({ chains, database }) =>
    database.read(async (queries) => {
      const wanted = options.chain === undefined ? chains : [chainNamed(chains, options.chain)];
      const rows: (readonly [LedgerChain, readonly BalanceRow[]])[] = [];
      for (const chain of wanted) {
        const named = account === undefined ? undefined : await accountNamed(queries, chain, account);
        rows.push([chain, await balanceRows(queries, chain.network, named)]);
      }
      return rows;
    }),
  );
  if (account !== undefined && found.every(([, rows]) => rows.length === 0))
    throw new AditError('ADIT_NO_ACCOUNT', `nothing was ever booked for an account ${account}`);
  const json = found.map(([{ network, coin }, balances]) => ({ chain: network, coin, balances }));
  print(options, json, () => found.map(([chain, rows]) => balanceTable(chain, rows)).join('\n\n'));
}

async function balanceRows(
  queries: Queries,
  chain: string,
  account: string | undefined,
): Promise<readonly BalanceRow[]> {
  if (account !== undefined) return oneRow(queries, chain, account);
  const owed = await balancesOf(queries, chain, 'miner');
  const pending = await balancesOf(queries, chain, 'miner-pending');
  const names = new Set([
    ...[...owed.keys()].flatMap((name) => nameIn(name, 'miner') ?? []),
    ...[...pending.keys()].flatMap((name) => nameIn(name, 'miner-pending') ?? []),
  ]);
  return [...names].sort().map((name) => ({
    account: name,
    owed: String(-(owed.get(openAccount('miner', name)) ?? 0n)),
    pending: String(-(pending.get(openAccount('miner-pending', name)) ?? 0n)),
  }));
}

async function oneRow(queries: Queries, chain: string, account: string): Promise<readonly BalanceRow[]> {
  const [miner, pending] = [openAccount('miner', account), openAccount('miner-pending', account)];
  const lines = await statementOf(queries, chain, pending, { limit: 1 });
  const paid = await statementOf(queries, chain, miner, { limit: 1 });
  if (lines.length + paid.length === 0) return [];
  return [
    {
      account,
      owed: String(-(await balanceOf(queries, chain, miner))),
      pending: String(-(await balanceOf(queries, chain, pending))),
    },
  ];
}

function balanceTable({ network, coin }: LedgerChain, rows: readonly BalanceRow[]): string {
  if (rows.length === 0) return `${network}: nothing is owed`;
  const table = textTable(
    [
      ['account', `owed (${coin.symbol})`, 'immature'],
      ...rows.map(({ account, owed, pending }) => [
        plain(account),
        wholeCoins(BigInt(owed), coin.decimals),
        wholeCoins(BigInt(pending), coin.decimals),
      ]),
    ],
    (column) => column === 0,
  );
  return [network, ...table.map((line) => `  ${line}`)].join('\n');
}

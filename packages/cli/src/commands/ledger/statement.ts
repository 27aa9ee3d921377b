import { type StatementLine, statementOf } from '@adit/ledger';
import { openAccount, wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';
import { accountNamed } from '../../ledger/account-named.ts';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { textTable } from '../../view/text-table.ts';
import { wholeOption } from '../number-option.ts';
import { print, timeText } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** The kinds of balances that an account of the pool has. */
const KINDS = ['miner', 'miner-pending'] as const;

/** `adit ledger statement`: the newest lines of an account, first what is owed, then what is immature. */
export async function runStatement(
  account: string,
  options: LedgerOptions & { readonly limit: string },
): Promise<void> {
  const limit = wholeOption('--limit', options.limit, 1, 10_000);
  const { coin, network, name, statements } = await withLedger(options.config, ({ chains, database }) => {
    const chain = chainNamed(chains, options.chain);
    const { network, coin } = chain;
    return database.read(async (queries) => {
      const name = await accountNamed(queries, chain, account);
      const statements: { kind: (typeof KINDS)[number]; lines: readonly StatementLine[] }[] = [];
      for (const kind of KINDS) {
        const lines = await statementOf(queries, network, openAccount(kind, name), { limit });
        statements.push({ kind, lines });
      }
      return { coin, network, name, statements };
    });
  });
  if (statements.every(({ lines }) => lines.length === 0))
    throw new AditError('ADIT_NO_ACCOUNT', `nothing was ever booked for an account ${account} on ${network}`);
  // What the pool owes is below zero in the books. For its owner it is above.
  const shown = statements.map(({ kind, lines }) => ({
    kind,
    lines: lines.map(({ timeMs, key, amount, balance, ...line }) => ({
      time: new Date(timeMs).toISOString(),
      kind: line.kind,
      source: key,
      amount: wholeCoins(-amount, coin.decimals),
      balance: wholeCoins(-balance, coin.decimals),
    })),
  }));
  print(options, { chain: network, account: name, statements: shown }, () =>
    shown
      .filter(({ lines }) => lines.length > 0)
      .map(({ kind, lines }) =>
        [
          kind === 'miner' ? `owed (${coin.symbol})` : `immature (${coin.symbol})`,
          ...textTable(
            [
              ['time (UTC)', 'amount', 'balance', 'why', 'source'],
              ...lines.map((line) => [
                timeText(Date.parse(line.time)),
                line.amount,
                line.balance,
                line.kind,
                line.source,
              ]),
            ],
            (column) => column === 0 || column > 2,
          ).map((line) => `  ${line}`),
        ].join('\n'),
      )
      .join('\n\n'),
  );
}

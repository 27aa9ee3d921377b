import { type AccountLuck, readLuck } from '@adit/ledger';
import { chanceOfAtLeast, chanceOfAtMost, logAlarmAt, logMixedEvidence, luckOf, WARN_AT } from '@adit/money';
import { AditError } from '@adit/primitives';
import { chainNamed, withLedger } from '../../ledger/open-ledger.ts';
import { plain } from '../../log/plain.ts';
import { textTable } from '../../view/text-table.ts';
import { wholeOption } from '../number-option.ts';
import { print } from '../print.ts';
import type { LedgerOptions } from './options.ts';

/** A surplus that is less likely than this means that weights or targets are wrong. */
const SURPLUS = 1e-6;
/** Columns of a name in the table: it fits 80 columns then. */
const NAME = 24;

/** What is reported of an account. */
interface LuckRow {
  readonly account: string;
  readonly expected: number;
  readonly found: number;
  readonly luck: number | null;
  /** Chance that honest work finds so few. It is shown, and never alarms. */
  readonly chance: number;
  /** Natural logarithm of the evidence that blocks are withheld. */
  readonly logEvidence: number;
  readonly state: 'ok' | 'look' | 'alarm' | 'surplus';
}

/** `adit ledger luck`: reports, and never acts upon it. Below some nine expected blocks nobody can be convicted. */
export async function runLuck(
  options: LedgerOptions & { readonly account?: string; readonly limit: string },
): Promise<void> {
  const limit = wholeOption('--limit', options.limit, 1, 10_000);
  const { network, luck } = await withLedger(options.config, ({ chains, database }) => {
    const named = chainNamed(chains, options.chain);
    return database.read(async (queries) => ({
      network: named.network,
      luck: await readLuck(queries, named.network, Date.now()),
    }));
  });
  const count = Math.max(1, luck.accounts.length);
  const pool = rowOf(luck.pool, 1);
  const rows = luck.accounts
    .filter(({ account }) => options.account === undefined || account === options.account)
    .map((one) => rowOf(one, count))
    .sort((a, b) => b.logEvidence - a.logEvidence || b.expected - a.expected)
    .slice(0, limit);
  if (options.account !== undefined && rows.length === 0)
    throw new AditError('ADIT_NO_ACCOUNT', `${options.account} has no shares on ${network} in the last year`);
  print(options, { chain: network, pool, accounts: rows }, () =>
    [
      `${network}: the last twelve months`,
      ...table([{ ...pool, account: '(pool)' }, ...rows]).map((line) => `  ${line}`),
    ].join('\n'),
  );
}

function rowOf({ account, all, tests }: AccountLuck, accounts: number): LuckRow {
  const evidence = logMixedEvidence(tests);
  const { lambda, found } = all;
  const state =
    evidence >= logAlarmAt(accounts)
      ? 'alarm'
      : evidence >= Math.log(WARN_AT)
        ? 'look'
        : chanceOfAtLeast(lambda, found) < SURPLUS
          ? 'surplus'
          : 'ok';
  return {
    account,
    expected: lambda,
    found,
    luck: luckOf(all) ?? null,
    chance: chanceOfAtMost(lambda, found),
    logEvidence: evidence,
    state,
  };
}

function table(rows: readonly LuckRow[]): readonly string[] {
  return textTable(
    [
      ['account', 'expected', 'found', 'luck', 'chance', 'evidence', 'state'],
      ...rows.map(({ account, expected, found, luck, chance, logEvidence, state }) => [
        plain(account).slice(0, NAME),
        expected.toFixed(2),
        String(found),
        luck === null ? '-' : `${Math.round(100 * luck)} %`,
        chance.toPrecision(2),
        Math.exp(Math.min(logEvidence, 20)).toPrecision(3),
        state,
      ]),
    ],
    (column) => column === 0 || column === 6,
  );
}

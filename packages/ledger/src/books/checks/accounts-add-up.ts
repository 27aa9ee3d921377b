import { type EntryKind, nameIn, openAccount } from '@adit/money';
import { amountOf, numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { eachBalance } from '../balances.ts';
import { eachChain } from './each-chain.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** Kinds by which what a miner has earned changes, or goes into a batch and comes back. */
const KNOWN: ReadonlySet<EntryKind> = new Set([
  'block_credit',
  'pps_credit',
  'opening_balance',
  'suspense_resolved',
  'block_orphan',
  'block_orphan_late',
  'batch_reserve',
  'batch_release',
  'item_release',
  'batch_booked',
]);

/**
 * I6, as far as the books alone show it: what an account earned is what it is owed, pending or not, what batches took, and what orphans
 * took back. So no other kind of entry changes what it has; a maturity moves it from pending to owed.
 */
export const accountsAddUp: LedgerCheck = async function* ({ queries }) {
  for await (const chain of eachChain(queries))
    for await (const name of eachMiner(queries, chain)) {
      let unexplained = 0n;
      for (const kind of ['miner-pending', 'miner'] as const)
        for await (const row of eachLine(queries, chain, openAccount(kind, name)))
          if (!KNOWN.has(textOf(row, 'kind') as EntryKind)) unexplained += amountOf(row, 'amount');
      if (unexplained !== 0n)
        yield {
          chain,
          about: name,
          detail: `${unexplained} of its balance was neither earned, nor paid, nor taken back`,
        };
    }
};

async function* eachMiner(queries: Queries, chain: string): AsyncGenerator<string, void> {
  for await (const { account } of eachBalance(queries, chain, 'miner-pending'))
    yield nameIn(account, 'miner-pending') ?? '';
  for await (const { account } of eachBalance(queries, chain, 'miner')) {
    const name = nameIn(account, 'miner') ?? '';
    const pending = await queries.all('SELECT account FROM balance WHERE chain = ? AND account = ?', [
      chain,
      openAccount('miner-pending', name),
    ]);
    if (pending.length === 0) yield name;
  }
}

function eachLine(queries: Queries, chain: string, account: string): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      'SELECT p.entry AS entry, p.amount AS amount, e.kind AS kind FROM posting p JOIN entry e ON e.id = p.entry WHERE p.chain = ? AND p.account = ? AND p.entry > ? ORDER BY p.entry LIMIT ?',
      [chain, account, last === undefined ? 0 : numberOf(last, 'entry'), PAGE_ROWS],
    ),
  );
}

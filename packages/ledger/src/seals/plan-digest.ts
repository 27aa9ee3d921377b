import { createHash } from 'node:crypto';
import { auditRows, hashOfRow } from '../books/audit.ts';
import type { Finding } from '../books/checks/ledger-check.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { itemFromRow } from '../payouts/batch-rows.ts';

/** What of an item never changes, from its plan to its payment. */
export interface PlannedItem {
  readonly account: string;
  readonly payee: { readonly address: string; readonly receiver: string; readonly kind: string };
  readonly gross: bigint;
  readonly feePart: bigint;
  readonly amount: bigint;
}

/** The action of the audit that has the digest of a plan. */
export const PLANNED = 'batch_planned';

/** SHA-256 of who is paid what by a batch, in hex. */
export function planDigest(items: readonly PlannedItem[]): string {
  const rows = items.map(({ account, payee: { address, receiver, kind }, gross, feePart, amount }) => [
    ...[account, address, receiver, kind],
    ...[gross, feePart, amount].map(String),
  ]);
  return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
}

/** Batches that may still be paid are those that were planned: the audit has the digest of each plan. */
export async function* plansAreSealed(queries: Queries): AsyncGenerator<Finding> {
  const batches = await queries.all(
    "SELECT id, chain FROM batch WHERE is_open = 1 OR state IN ('planned', 'held') ORDER BY id",
  );
  for (const row of batches) {
    const [id, chain] = [textOf(row, 'id'), textOf(row, 'chain')];
    const detail = await planFault(queries, chain, id);
    if (detail !== undefined) yield { chain, about: `batch ${id}`, detail };
  }
}

async function planFault(queries: Queries, chain: string, id: string): Promise<string | undefined> {
  const [planned] = await queries.all(
    'SELECT number FROM audit WHERE subject = ? AND action = ? ORDER BY number LIMIT 1',
    [`batch:${chain}:${id}`, PLANNED],
  );
  if (planned === undefined) return 'the audit does not say that it was planned';
  const [row, next] = await auditRows(queries, { after: numberOf(planned, 'number') - 1, limit: 2 });
  if (row === undefined || row.hash !== hashOfRow(row) || (next !== undefined && next.previous !== row.hash))
    return 'the row of the audit about its plan was changed';
  const items = await queries.all('SELECT * FROM item WHERE batch = ? ORDER BY position', [id]);
  const wrote = /"items":"([0-9a-f]{64})"/.exec(row.content)?.[1];
  // Batches of older versions have none.
  if (wrote === undefined) return undefined;
  return wrote === planDigest(items.map(itemFromRow)) ? undefined : 'it does not pay what was planned';
}

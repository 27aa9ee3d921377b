import { createHash } from 'node:crypto';
import { hashOfRow } from '../books/audit.ts';
import type { Finding } from '../books/checks/ledger-check.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';

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
    'SELECT number, previous, hash, time_ms, actor, action, subject, content FROM audit WHERE subject = ? AND action = ? ORDER BY number LIMIT 1',
    [`batch:${chain}:${id}`, PLANNED],
  );
  if (planned === undefined) return 'the audit does not say that it was planned';
  if (!(await isInChain(queries, planned))) return 'the row of the audit about its plan was changed';
  const items = await queries.all('SELECT * FROM item WHERE batch = ? ORDER BY position', [id]);
  const wrote = /"items":"([0-9a-f]{64})"/.exec(textOf(planned, 'content'))?.[1];
  // Batches of older versions have none.
  if (wrote === undefined) return undefined;
  return wrote === planDigest(items.map(itemIn)) ? undefined : 'it does not pay what was planned';
}

async function isInChain(queries: Queries, row: SqlRow): Promise<boolean> {
  const number = numberOf(row, 'number');
  const hash = textOf(row, 'hash');
  const [next] = await queries.all('SELECT previous FROM audit WHERE number = ?', [number + 1]);
  const facts = {
    number,
    previous: textOf(row, 'previous'),
    timeMs: numberOf(row, 'time_ms'),
    actor: textOf(row, 'actor'),
    action: textOf(row, 'action'),
    subject: textOf(row, 'subject'),
    content: textOf(row, 'content'),
  };
  return hash === hashOfRow(facts) && (next === undefined || textOf(next, 'previous') === hash);
}

function itemIn(row: SqlRow): PlannedItem {
  return {
    account: textOf(row, 'account'),
    payee: {
      address: textOf(row, 'address'),
      receiver: textOf(row, 'receiver'),
      kind: textOf(row, 'kind'),
    },
    gross: BigInt(textOf(row, 'gross')),
    feePart: BigInt(textOf(row, 'fee_part')),
    amount: BigInt(textOf(row, 'amount')),
  };
}

import { type Dated, inForceAt, PAYEE_WAIT_MS, type Payee, type PayeeKind } from '@adit/money';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { marks, slicesOf } from '../database/slices.ts';
import { type AccountChange, openPoolAccount, subjectOf } from './accounts.ts';
import { appendAudit } from './audit.ts';

/** A payee of an account, from the time on at which it is paid. */
export interface DatedPayee extends Dated {
  /** When it was set. */
  readonly setMs: number;
  /** Null: nobody is paid. */
  readonly payee: Payee | null;
}

/** A change of the payee of an account. */
export interface PayeeChange extends AccountChange {
  /** Null: nobody is paid from now on. */
  readonly payee: Payee | null;
}

/**
 * Sets who is paid for an account. The first payee of an account, the one who is paid now, and nobody, count at once; any other one
 * after 48 hours, in which the old one goes on being paid. A payee that still waits is given up when another one is set.
 * @returns when it counts; undefined if the newest payee of the account is this one already: then nothing is written
 * @throws AditError `ADIT_BAD_ACCOUNT`
 */
export async function setPayee(queries: Queries, change: PayeeChange): Promise<number | undefined> {
  const { chain, account, payee, timeMs, actor, reason } = change;
  await openPoolAccount(queries, change);
  const history = await payeesOf(queries, chain, account);
  const newest = history.at(-1);
  if (newest !== undefined && isSame(newest.payee, payee)) return undefined;
  const current = payeeInForce(history, timeMs);
  const isAtOnce = newest === undefined || payee === null || isSame(current, payee);
  const sinceMs = isAtOnce ? timeMs : timeMs + PAYEE_WAIT_MS;
  await queries.run(
    'INSERT INTO payee (chain, account, position, set_ms, since_ms, address, receiver, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    [
      chain,
      account,
      history.length,
      timeMs,
      sinceMs,
      payee?.address ?? null,
      payee?.receiver ?? null,
      payee?.kind ?? null,
    ],
  );
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'payee',
    subject: subjectOf(chain, account),
    content: {
      chain,
      account,
      payee: payee && { address: payee.address, receiver: payee.receiver, kind: payee.kind },
      sinceMs,
      reason,
    },
  });
  return sinceMs;
}

/** @returns who is paid for an account at a time; null if nobody is */
export async function payeeAt(
  queries: Queries,
  chain: string,
  account: string,
  atMs: number,
): Promise<Payee | null> {
  return payeeInForce(await payeesOf(queries, chain, account), atMs);
}

/** @returns all payees that an account had or will have, in the order in which they were set */
export async function payeesOf(
  queries: Queries,
  chain: string,
  account: string,
): Promise<readonly DatedPayee[]> {
  return (await historiesOf(queries, chain, [account])).get(account) ?? [];
}

/** @returns who is paid for each of the accounts at a time; accounts for which nobody is are left out */
export async function payeesAt(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
  atMs: number,
): Promise<ReadonlyMap<string, Payee>> {
  const found = new Map<string, Payee>();
  for (const slice of slicesOf(accounts))
    for (const [account, history] of await historiesOf(queries, chain, slice)) {
      const payee = payeeInForce(history, atMs);
      if (payee !== null) found.set(account, payee);
    }
  return found;
}

/** A payee that was replaced before its time came never counts: otherwise a thief's would after the owner set the old one again. */
function payeeInForce(history: readonly DatedPayee[], atMs: number): Payee | null {
  const standing = history.filter(
    ({ sinceMs }, i) => !history.slice(i + 1).some(({ setMs }) => setMs < sinceMs),
  );
  return inForceAt(standing, atMs)?.payee ?? null;
}

async function historiesOf(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, readonly DatedPayee[]>> {
  const rows = await queries.all(
    `SELECT account, set_ms, since_ms, address, receiver, kind FROM payee WHERE chain = ? AND account IN (${marks(accounts.length)}) ORDER BY account, position`,
    [chain, ...accounts],
  );
  const histories = new Map<string, DatedPayee[]>();
  for (const row of rows) {
    const account = textOf(row, 'account');
    const history = histories.get(account) ?? [];
    history.push({ setMs: numberOf(row, 'set_ms'), sinceMs: numberOf(row, 'since_ms'), payee: payeeOf(row) });
    histories.set(account, history);
  }
  return histories;
}

function payeeOf(row: SqlRow): Payee | null {
  if (row['address'] === null) return null;
  return {
    address: textOf(row, 'address'),
    receiver: textOf(row, 'receiver'),
    // What the database says was written by setPayee, whose types have seen it.
    kind: textOf(row, 'kind') as PayeeKind,
  };
}

function isSame(a: Payee | null, b: Payee | null): boolean {
  return a === null || b === null
    ? a === b
    : a.address === b.address && a.receiver === b.receiver && a.kind === b.kind;
}

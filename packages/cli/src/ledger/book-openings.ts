import { appendAudit, postEntry, type Queries } from '@adit/ledger';
import { openingEntry } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { OpeningBalance } from './opening-balances.ts';

export interface OpeningsBooked {
  readonly chain: string;
  readonly balances: readonly OpeningBalance[];
  readonly total: bigint;
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly timeMs: number;
  readonly actor: string;
  readonly reason: string;
}

/**
 * Books what another pool owed, within the caller's transaction. It happens once for each chain.
 * @returns false if the same balances were booked before: then nothing is written
 * @throws AditError `ADIT_IMPORT_REFUSED` if the chain has other opening balances
 */
export async function bookOpenings(queries: Queries, openings: OpeningsBooked): Promise<boolean> {
  const { chain, balances, total, sha256, timeMs, actor, reason } = openings;
  const [row] = await queries.all(
    "SELECT count(*) AS entries FROM entry WHERE chain = ? AND kind = 'opening_balance'",
    [chain],
  );
  const before = Number(row?.['entries'] ?? 0);
  let posted = 0;
  try {
    for (const { account, amount } of balances) {
      // A part of a key has no colon, and a name may have one.
      const entry = openingEntry({ chain, reference: encodeURIComponent(account), amount }, account);
      if ((await postEntry(queries, chain, entry, timeMs)) === 'posted') posted += 1;
    }
  } catch (error) {
    if (error instanceof AditError && error.code === 'ADIT_ENTRY_CONFLICT') throw refused(chain, before);
    throw error;
  }
  if (before > 0 && (posted > 0 || before !== balances.length)) throw refused(chain, before);
  if (posted === 0) return false;
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'import_balances',
    subject: `chain:${chain}`,
    content: { accounts: posted, total: String(total), sha256, reason },
  });
  return true;
}

function refused(chain: string, before: number): AditError {
  return new AditError(
    'ADIT_IMPORT_REFUSED',
    `${chain} has ${before} opening balances already, and they are others: balances are imported once; nothing was changed`,
  );
}

import { isPaidAtOnce, scoreOf } from '@adit/money';
import { AditError } from '@adit/primitives';
import { numberOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { shareDialect } from './dialects.ts';
import type { LateLowering, Lowering } from './share-plan.ts';
import type { StoredShare } from './slice-codec.ts';
import { type OpenSlice, openSlice, putSlice, slicesWith } from './slice-store.ts';

/** A share of an earlier step for which a smaller weight came. */
export interface Corrected {
  /** Null if its slice holds single shares no more. */
  readonly number: number | null;
  /** False where the share was paid for: it stays as it is. */
  readonly isApplied: boolean;
}

/** Records a smaller weight of a share. */
export async function recordCorrection(
  queries: Queries,
  chain: string,
  number: number,
  { before, weight }: Lowering,
  isApplied: boolean,
): Promise<void> {
  const [last] = await queries.all(
    'SELECT position FROM correction WHERE chain = ? AND number = ? ORDER BY position DESC LIMIT 1',
    [chain, number],
  );
  await queries.run(
    'INSERT INTO correction (chain, number, position, weight_before, weight, is_applied) VALUES (?, ?, ?, ?, ?, ?)',
    [
      chain,
      number,
      last === undefined ? 0 : numberOf(last, 'position') + 1,
      String(before),
      String(weight),
      isApplied ? 1 : 0,
    ],
  );
}

/** Gives a share of an earlier step its smaller weight, unless it was paid for already. */
export async function correctShare(queries: Queries, lowering: LateLowering): Promise<Corrected> {
  const { network: chain, places, weight } = lowering;
  for (const place of places)
    for (const first of await slicesWith(queries, chain, place)) {
      const slice = await tryOpen(queries, chain, first);
      if (slice === undefined) continue;
      const at = slice.origins.findIndex(
        ({ instance, sequence }) => instance === place.instance && sequence === place.sequence,
      );
      const share = slice.shares[at];
      if (share === undefined) continue;
      const isApplied = !(await isPaidFor(queries, chain, share));
      await recordCorrection(queries, chain, share.number, lowering, isApplied);
      if (isApplied) {
        const score = scoreAt(slice, at, lowering);
        const shares = slice.shares.map((one) => (one === share ? { ...share, weight, score } : one));
        await putSlice(queries, chain, { ...slice, shares });
      }
      return { number: share.number, isApplied };
    }
  return { number: null, isApplied: false };
}

/** Whether a share was paid for: at once, or by a round that reached over it, whatever became of its block. */
async function isPaidFor(
  queries: Queries,
  chain: string,
  { number, scheme }: Pick<StoredShare, 'number' | 'scheme'>,
): Promise<boolean> {
  if (isPaidAtOnce(scheme)) {
    const credited = await queries.all(
      'SELECT next_number FROM pps_mark WHERE chain = ? AND next_number > ?',
      [chain, number],
    );
    if (credited.length > 0) return true;
  }
  const rows = await queries.all(
    'SELECT hash FROM round WHERE chain = ? AND newest_number >= ? AND oldest_number <= ? LIMIT 1',
    [chain, number, number],
  );
  return rows.length > 0;
}

/** The score of a share by its smaller weight, and by the target of the network that it was scored by: its own, or the last before it. */
function scoreAt(slice: OpenSlice, at: number, { weight, rowAt }: LateLowering): bigint {
  const [share, ...before] = slice.origins.slice(0, at + 1).reverse();
  const row = share === undefined ? undefined : rowAt(share);
  if (row === undefined) throw new AditError('ADIT_LEDGER_SHARES', 'a share has no row in its journal');
  let target = row.networkTarget;
  for (const origin of before) {
    if (target !== null) break;
    target = rowAt(origin)?.networkTarget ?? null;
  }
  target ??= slice.targetBefore;
  if (target === null) throw new AditError('ADIT_LEDGER_SHARES', 'a share was scored without a target');
  return scoreOf(weight, shareDialect(row.dialect).networkWeight(target));
}

/** Undefined where the shares of the slice were given up. */
async function tryOpen(queries: Queries, chain: string, first: number): Promise<OpenSlice | undefined> {
  const [row] = await queries.all(
    'SELECT first_number FROM slice WHERE chain = ? AND first_number = ? AND shares IS NOT NULL',
    [chain, first],
  );
  return row === undefined ? undefined : openSlice(queries, chain, first);
}

import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks } from '../database/slices.ts';

/** Where a found block stands, as the books have it. */
export interface ShownBlockState {
  /** Hex of the digest of the share that found it. */
  readonly digest: string;
  /** As `BlockState` of the money's room has it. */
  readonly state: string;
  readonly depth: number | null;
  /** What it pays, once it was read. */
  readonly reward: bigint | null;
}

/** Reads the blocks that shares with these digests found. @param digests hex, at most 100 */
export async function blockStates(
  queries: Queries,
  chain: string,
  digests: readonly string[],
): Promise<readonly ShownBlockState[]> {
  if (digests.length === 0) return [];
  const rows = await queries.all(
    `SELECT b.digest AS digest, b.state AS state, b.depth AS depth, r.reward AS reward
     FROM block b LEFT JOIN round r ON r.chain = b.chain AND r.hash = b.hash AND r.generation = b.generation
     WHERE b.chain = ? AND b.digest IN (${marks(digests.length)})`,
    [chain, ...digests],
  );
  return rows.map((row) => ({
    digest: textOf(row, 'digest'),
    state: textOf(row, 'state'),
    depth: orNull(row, 'depth', numberOf),
    reward: orNull(row, 'reward', amountOf),
  }));
}

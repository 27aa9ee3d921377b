import { amountOf, orNull } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/**
 * Rewards of blocks that a wallet may have already, and that the books have not booked as mature: the books wait longer than the wallet
 * does. A block whose reward nobody knows yet is left out.
 * @returns amounts in the order of the blocks
 */
export async function pendingIncome(queries: Queries, chain: string): Promise<readonly bigint[]> {
  const rows = await queries.all(
    `SELECT b.expected_reward AS expected_reward, r.reward AS reward
     FROM block b LEFT JOIN round r ON r.chain = b.chain AND r.hash = b.hash AND r.generation = b.generation
     WHERE b.chain = ? AND b.state IN ('seen', 'confirmed', 'disputed') ORDER BY b.height, b.number`,
    [chain],
  );
  return rows.flatMap(
    (row) => orNull(row, 'reward', amountOf) ?? orNull(row, 'expected_reward', amountOf) ?? [],
  );
}

import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { BLOCK_COLUMNS, type BookedBlock, blockIn } from './found-block.ts';

/** A found block with what is shown of it. */
export interface ListedBlock extends BookedBlock {
  /** Blocks from its own to the tip at the last look; null while nobody has seen it. */
  readonly depth: number | null;
  /** What it pays, once it was read; null before. */
  readonly reward: bigint | null;
  /** Why a person should look; null if nobody need. */
  readonly alarm: string | null;
}

/** Which blocks are listed. */
export interface BlockFilter {
  readonly chain: string;
  /** Only blocks in this state. */
  readonly state?: string;
  readonly limit: number;
}

/** @returns found blocks, the newest first */
export async function listBlocks(
  queries: Queries,
  { chain, state, limit }: BlockFilter,
): Promise<readonly ListedBlock[]> {
  const columns = BLOCK_COLUMNS.split(', ')
    .map((column) => `b.${column} AS ${column}`)
    .join(', ');
  const rows = await queries.all(
    `SELECT ${columns}, b.depth AS depth, b.alarm AS alarm, r.reward AS reward
     FROM block b LEFT JOIN round r ON r.chain = b.chain AND r.hash = b.hash AND r.generation = b.generation
     WHERE b.chain = ?${state === undefined ? '' : ' AND b.state = ?'} ORDER BY b.number DESC LIMIT ?`,
    [chain, ...(state === undefined ? [] : [state]), limit],
  );
  return rows.map((row) => ({
    ...blockIn(row),
    depth: orNull(row, 'depth', numberOf),
    reward: orNull(row, 'reward', amountOf),
    alarm: orNull(row, 'alarm', textOf),
  }));
}

/** What the ledger of a chain is at, for an operator. */
export interface ChainProgress {
  /** Shares that have a number. */
  readonly shares: number;
  /** Found blocks by state. */
  readonly blocks: ReadonlyMap<string, number>;
}

/** Counts shares and blocks of a chain. */
export async function chainProgress(queries: Queries, chain: string): Promise<ChainProgress> {
  const [next] = await queries.all('SELECT next_number FROM share_chain WHERE chain = ?', [chain]);
  const rows = await queries.all(
    'SELECT state, COUNT(*) AS count FROM block WHERE chain = ? GROUP BY state ORDER BY state',
    [chain],
  );
  return {
    shares: next === undefined ? 0 : numberOf(next, 'next_number') - 1,
    blocks: new Map(rows.map((row) => [textOf(row, 'state'), numberOf(row, 'count')])),
  };
}

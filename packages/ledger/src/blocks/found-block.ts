import type { JournaledShare } from '@adit/journal';
import type { BlockPosition, BlockState, SchemeKind } from '@adit/money';
import { encodeHex } from '@adit/primitives';
import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { shareDialect } from '../shares/dialects.ts';

/** A block or fruit that a share of the pool found, as the ledger keeps it. */
export interface FoundBlock {
  /** The network. */
  readonly chain: string;
  /**
   * Its name in the books. For the dialect `zcash` it is the hash of the block as explorers print it; for `truestratum` the digest of
   * the share: a solution has no hash before the node has made its block.
   */
  readonly hash: string;
  readonly what: 'block' | 'fruit';
  /** Number of the share that found it. */
  readonly number: number;
  /** Name of the chain in the configuration at that time: the files in `blocks/` begin with it. */
  readonly chainName: string;
  readonly dialect: string;
  /** The parent block, or the header: 64 hex digits. */
  readonly workGroup: string;
  /** Hex of the share's digest. */
  readonly digest: string;
  /** Height of the work; null if the chain did not tell it. */
  readonly height: number | null;
  readonly foundMs: number;
  readonly account: string;
  readonly worker: string;
}

/** A found block, and where it stands. */
export interface BookedBlock extends FoundBlock, BlockPosition {
  /** True once the watcher was asked for the expected reward and gave an answer, which may be that there is none. */
  readonly isExpectedKnown: boolean;
}

/** A share that found a block, with what was settled about it. */
export interface BlockShare {
  readonly share: JournaledShare;
  readonly chain: string;
  readonly number: number;
  readonly scheme: SchemeKind;
  readonly account: string;
}

/** Stores a block that a share found, to be looked at at once. @returns its name in the books */
export async function storeFoundBlock(queries: Queries, found: BlockShare): Promise<string> {
  const { share, chain, number, scheme, account } = found;
  const hash = shareDialect(share.dialect).blockName(share.digest);
  await queries.run(
    `INSERT INTO block (chain, hash, what, number, chain_name, dialect, work_group, digest, height, found_ms, account, worker, scheme,
       state, generation, is_expected_known, next_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'found', 1, 0, 0)
     ON CONFLICT (chain, hash) DO NOTHING`,
    [
      chain,
      hash,
      share.outcome,
      number,
      share.chain,
      share.dialect,
      share.workGroup,
      encodeHex(share.digest),
      share.height,
      share.timeMs,
      account,
      share.worker,
      scheme,
    ],
  );
  return hash;
}

/** The columns that {@link blockIn} reads. */
export const BLOCK_COLUMNS =
  'chain, hash, what, number, chain_name, dialect, work_group, digest, height, found_ms, account, worker, state, generation, expected_reward, accepted_reward, is_expected_known' as const;

/** Reads a row of {@link BLOCK_COLUMNS}. */
export function blockIn(row: SqlRow): BookedBlock {
  return {
    chain: textOf(row, 'chain'),
    hash: textOf(row, 'hash'),
    // The ledger wrote these two from values whose types had been seen.
    what: textOf(row, 'what') as FoundBlock['what'],
    state: textOf(row, 'state') as BlockState,
    number: numberOf(row, 'number'),
    chainName: textOf(row, 'chain_name'),
    dialect: textOf(row, 'dialect'),
    workGroup: textOf(row, 'work_group'),
    digest: textOf(row, 'digest'),
    height: orNull(row, 'height', numberOf),
    foundMs: numberOf(row, 'found_ms'),
    account: textOf(row, 'account'),
    worker: textOf(row, 'worker'),
    generation: numberOf(row, 'generation'),
    expectedReward: orNull(row, 'expected_reward', amountOf),
    acceptedReward: orNull(row, 'accepted_reward', amountOf),
    isExpectedKnown: numberOf(row, 'is_expected_known') === 1,
  };
}

/** @returns undefined for a block that the ledger does not have */
export async function blockOf(
  queries: Queries,
  chain: string,
  hash: string,
): Promise<BookedBlock | undefined> {
  const [row] = await queries.all(`SELECT ${BLOCK_COLUMNS} FROM block WHERE chain = ? AND hash = ?`, [
    chain,
    hash,
  ]);
  return row === undefined ? undefined : blockIn(row);
}

// What the worlds of payouts have in common, whatever their wallets pay with.
import {
  type LedgerWriter,
  type PayoutCommands,
  type PayoutService,
  postEntry,
  type SqliteDatabase,
  type StepResult,
  type StoredBatch,
} from '@adit/ledger';
import { creditEntry, creditOf, matureEntry } from '@adit/money';
import { isExpected } from './expected-errors.ts';
import type { SimProcess } from './sim-process.ts';
import type { SimulationResult } from './simulation-options.ts';

type Log = ((line: string) => void) | undefined;

/** A process of the ledger that pays. */
export interface Running {
  readonly process: SimProcess;
  readonly service: PayoutService;
  readonly commands: PayoutCommands;
  readonly writer: LedgerWriter;
}

/**
 * One step of a process that holds the lease, or finds that it does not.
 * @param needsLease false for a mutant that writes without it
 * @throws what a step may not end with
 */
export async function workOf(
  { process, writer, service }: Running,
  log: Log,
  needsLease = true,
): Promise<void> {
  try {
    if (needsLease && (await writer.take()) === undefined) return;
    const result = await service.step();
    log?.(`  ${process.name} ${result.kind} ${result.batch ?? ''} ${result.detail}`);
  } catch (error) {
    log?.(`  ${process.name} ${String(error)}`);
    if (!isExpected(error)) throw error;
  }
}

/** Steps until nothing moves, at most 21 times: the chain has to go on, too. */
export async function stepsOf(service: PayoutService): Promise<StepResult> {
  let result = await service.step();
  for (let more = 0; result.kind === 'moved' && more < 20; more += 1) result = await service.step();
  return result;
}

/** A block of the pool's own, credited and mature at once: its way there is not what these worlds look at. */
export async function postReward(
  database: SqliteDatabase,
  block: Parameters<typeof creditEntry>[0],
  {
    reward,
    scores,
    asset,
    timeMs,
  }: {
    readonly reward: bigint;
    readonly scores: ReadonlyMap<string, bigint>;
    readonly asset: Parameters<typeof matureEntry>[2];
    readonly timeMs: number;
  },
): Promise<ReturnType<typeof creditOf>> {
  const credit = creditOf(reward, { scores }, () => ({ feePpm: 10_000n, donation: null }));
  await database.transact(async (queries) => {
    await postEntry(queries, block.chain, creditEntry(block, credit), timeMs);
    await postEntry(queries, block.chain, matureEntry(block, credit, asset), timeMs);
  });
  return credit;
}

/** What came of a run, by its batches. */
export function resultOf(
  batches: readonly StoredBatch[],
  { held, kills }: Pick<SimulationResult, 'held' | 'kills'>,
): SimulationResult {
  const count = (state: string) => batches.filter(({ position }) => position.state === state).length;
  return { paid: count('settled'), released: count('released'), held, kills };
}

import {
  type BlockAlarm,
  type BlockEntry,
  type BlockEvidence,
  type BlockRules,
  type BlockState,
  creditEntry,
  IS_VISITED,
  judgeBlock,
  matureEntry,
  orphanEntry,
  orphanLateEntry,
  sourceKey,
} from '@adit/money';
import { AditError } from '@adit/primitives';
import { appendAudit, recordMove } from '../books/audit.ts';
import { postEntry } from '../books/post-entry.ts';
import { entryOf } from '../books/read-entries.ts';
import { decimal, orNull, textOf } from '../database/cells.ts';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import type { BlockWatcher } from './block-watcher.ts';
import { BLOCK_COLUMNS, type BookedBlock, blockIn, blockOf } from './found-block.ts';
import { bookedCredit, bookRound } from './round-book.ts';

/** How found blocks are judged. */
export interface BlockServiceOptions {
  /** Name of the process in the audit. */
  readonly actor: string;
  /** Depths at which the blocks of a chain move. */
  readonly rulesOf: (chain: string) => BlockRules;
  /** Where a mature reward lies: to be shielded, or spendable at once. */
  readonly incomeOf: (chain: string) => 'asset:coinbase' | 'asset:hot';
  /** Longest time between two looks at a block; by default it goes by its state. For chains whose blocks come every few seconds. */
  readonly mostPauseMs?: number;
}

/** What the service of found blocks works with. */
export interface BlockServiceModules {
  readonly database: Pick<LedgerDatabase, 'read' | 'transact'>;
  /** Undefined for a chain that is not configured any more: its blocks stay as they are. */
  readonly watcherOf: (chain: string) => BlockWatcher | undefined;
  readonly now?: () => number;
  readonly onAlarm?: (alarm: FoundBlockAlarm) => void;
  /** Hears of each move when it is on disk. */
  readonly onMove?: (move: FoundBlockMove) => void;
}

/** A found block that has another state now. */
export interface FoundBlockMove {
  readonly block: BookedBlock;
  readonly from: BlockState;
  readonly to: BlockState;
}

/** Something that a person should hear of. Each is told when it begins, and not again while it goes on. */
export interface FoundBlockAlarm {
  readonly chain: string;
  readonly hash: string;
  readonly kind:
    | BlockAlarm
    /** The reward went to suspense: no share counts in its round. */
    | 'no_shares'
    /** The block could not be judged: `error` says why. It is tried again. */
    | 'failed';
  readonly error?: unknown;
}

/** Blocks of one visit. Those that are due for longest come first, so the others follow in the next visit. */
const MAX_VISITED = 64;
/** Moves of one block in one visit: a ledger that was off for a day brings a block from found to closed. */
const MAX_MOVES = 8;
/** Time until the next look, by state. Near the tip a block every 25 s may change the answer; deep down hardly any does. */
const NEXT_LOOK_MS: Readonly<Record<BlockState, number>> = {
  found: 5_000,
  seen: 15_000,
  confirmed: 60_000,
  mature: 600_000,
  closed: 600_000,
  disputed: 60_000,
  lost: 600_000,
  orphaned: 600_000,
};
/** States from which a block can be credited in one visit: its reward has to be read before. */
const MAY_BE_CREDITED: Readonly<Record<BlockState, boolean>> = {
  found: true,
  seen: true,
  confirmed: false,
  mature: false,
  closed: false,
  disputed: true,
  lost: false,
  orphaned: true,
};

/** What became of a block in one transaction. */
interface Judged {
  readonly block: BookedBlock;
  readonly alarms: readonly FoundBlockAlarm['kind'][];
  readonly moves: readonly FoundBlockMove[];
}

/** What was found out about a block before its transaction. */
interface Finding {
  readonly evidence: BlockEvidence | undefined;
  /** Undefined: ask again. */
  readonly expected: bigint | null | undefined;
}

/**
 * Leads found blocks through their states, and books what they pay. Each move is one transaction with its round, its entries and its row
 * of the audit.
 */
export class BlockService {
  readonly #options: BlockServiceOptions;
  readonly #modules: BlockServiceModules;

  constructor(options: BlockServiceOptions, modules: BlockServiceModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /**
   * Looks at all blocks that are due. A block that cannot be judged does not keep the others.
   * @returns how many were due
   * @throws AditError of the database: the visit ends there
   */
  async visit(): Promise<number> {
    const { database, watcherOf, now = Date.now } = this.#modules;
    const due = await database.read(async (queries) => {
      const rows = await queries.all(
        `SELECT ${BLOCK_COLUMNS} FROM block WHERE next_ms <= ? ORDER BY next_ms, number LIMIT ?`,
        [now(), MAX_VISITED],
      );
      return rows.map(blockIn);
    });
    for (const block of due) {
      const watcher = watcherOf(block.chain);
      try {
        const finding = watcher === undefined ? undefined : await this.#ask(block, watcher);
        await this.#settle(block, finding);
      } catch (error) {
        await this.#postpone(block, error);
      }
    }
    return due.length;
  }

  /**
   * A person accepts what a disputed block really pays, although it is not what was expected.
   * @returns false if the block is credited or over: then nothing is written
   * @throws AditError `ADIT_BAD_OPTION` for an unknown block
   */
  async acceptReward(order: {
    readonly chain: string;
    readonly hash: string;
    readonly reward: bigint;
    readonly actor: string;
    readonly reason: string;
  }): Promise<boolean> {
    const { database, now = Date.now } = this.#modules;
    const { chain, hash, reward, actor, reason } = order;
    return database.transact(async (queries) => {
      const block = await blockOf(queries, chain, hash);
      if (block === undefined)
        throw new AditError('ADIT_BAD_OPTION', `the ledger has no block ${hash} of ${chain}`);
      const step = judgeBlock(block, { kind: 'reward_accepted', reward }, this.#rulesOf(block));
      if (step.block === block) return false;
      await queries.run('UPDATE block SET accepted_reward = ?, next_ms = 0 WHERE chain = ? AND hash = ?', [
        String(reward),
        chain,
        hash,
      ]);
      await appendAudit(queries, {
        timeMs: now(),
        actor,
        action: 'accept_reward',
        subject: `block:${chain}:${hash}`,
        content: { chain, hash, reward, reason },
      });
      return true;
    });
  }

  async #ask(block: BookedBlock, watcher: BlockWatcher): Promise<Finding> {
    const expected = block.isExpectedKnown ? block.expectedReward : await watcher.expected(block);
    const place = await watcher.place(block);
    if (place === undefined || place.kind === 'disagreement') return { evidence: place, expected };
    const { confirmDepth } = this.#rulesOf(block);
    // Without knowing whether something was promised, nothing is credited: the block waits as one whose reward cannot be read.
    const isWanted =
      expected !== undefined &&
      place.place === 'best' &&
      place.depth >= confirmDepth &&
      MAY_BE_CREDITED[block.state];
    return { evidence: { ...place, reward: isWanted ? await watcher.reward(block) : null }, expected };
  }

  async #settle(block: BookedBlock, finding: Finding | undefined): Promise<void> {
    const { database, now = Date.now, onAlarm, onMove } = this.#modules;
    const timeMs = now();
    const news = await database.transact(async (queries) => {
      const { chain, hash } = block;
      const [row] = await queries.all(
        `SELECT ${BLOCK_COLUMNS}, alarm FROM block WHERE chain = ? AND hash = ?`,
        [chain, hash],
      );
      if (row === undefined) return undefined;
      const stored = blockIn(row);
      // Somebody else moved it since it was asked about: the next visit asks again.
      if (stored.state !== block.state || stored.generation !== block.generation) return undefined;
      const outcome = await this.#judge(queries, withExpected(stored, finding), finding?.evidence, timeMs);
      const told = orNull(row, 'alarm', textOf);
      await this.#store(queries, outcome.block, { timeMs, alarm: outcome.alarms.at(-1) ?? null, finding });
      const alarms = [...new Set(outcome.alarms)].filter((kind) => kind !== told);
      return { alarms, moves: outcome.moves };
    });
    for (const move of news?.moves ?? []) onMove?.(move);
    for (const kind of news?.alarms ?? []) onAlarm?.({ chain: block.chain, hash: block.hash, kind });
  }

  /** Judges a block until nothing moves any more. */
  async #judge(
    queries: Queries,
    block: BookedBlock,
    evidence: BlockEvidence | undefined,
    timeMs: number,
  ): Promise<Judged> {
    let at = block;
    const alarms: FoundBlockAlarm['kind'][] = [];
    const moves: FoundBlockMove[] = [];
    if (evidence === undefined) return { block, alarms, moves };
    const { actor } = this.#options;
    while (moves.length < MAX_MOVES) {
      const step = judgeBlock(at, evidence, this.#rulesOf(at));
      for (const entry of step.entries) {
        const hasShares = await this.#book(queries, at, { entry, evidence, timeMs });
        if (!hasShares) alarms.push('no_shares');
      }
      if (step.alarm !== null) alarms.push(step.alarm);
      const { state: from, chain, hash: subject } = at;
      const to = step.block.state;
      at = { ...at, ...step.block };
      if (to === from) break;
      await recordMove(queries, { kind: 'block', subject, from, to, chain, timeMs, actor });
      moves.push({ block: at, from, to });
    }
    return { block: at, alarms, moves };
  }

  /** @returns false if the reward went to suspense */
  async #book(
    queries: Queries,
    block: BookedBlock,
    step: { readonly entry: BlockEntry; readonly evidence: BlockEvidence; readonly timeMs: number },
  ): Promise<boolean> {
    const { chain, hash, generation } = block;
    const { entry, evidence, timeMs } = step;
    const post = (made: Parameters<typeof postEntry>[2]) => postEntry(queries, chain, made, timeMs);
    const posted = async (what: string) => {
      const key = sourceKey('block', chain, hash, String(generation), what);
      const found = await entryOf(queries, chain, key);
      if (found !== undefined) return found;
      throw new AditError(
        'ADIT_LEDGER_DAMAGED',
        `the entry ${key} is not in the books, and has to be taken back`,
      );
    };
    switch (entry) {
      case 'credit': {
        const reward = 'reward' in evidence ? evidence.reward : null;
        if (reward === null)
          throw new AditError('ADIT_LEDGER_DAMAGED', `${hash} was to be credited without a reward`);
        const credit = await bookRound(queries, block, reward, timeMs);
        await post(creditEntry(block, credit));
        return credit.suspense === 0n;
      }
      case 'mature': {
        const credit = await bookedCredit(queries, chain, hash, generation);
        await post(matureEntry(block, credit, this.#options.incomeOf(chain)));
        return true;
      }
      case 'orphan':
        await post(orphanEntry(block, await posted('credit')));
        return true;
      case 'orphan_late':
        await post(orphanLateEntry(block, await posted('credit'), await posted('mature')));
        return true;
    }
  }

  async #store(
    queries: Queries,
    block: BookedBlock,
    { timeMs, alarm, finding }: { timeMs: number; alarm: string | null; finding: Finding | undefined },
  ): Promise<void> {
    const evidence = finding?.evidence;
    await queries.run(
      `UPDATE block SET state = ?, generation = ?, expected_reward = ?, is_expected_known = ?, depth = ?, nodes = ?, alarm = ?,
         next_ms = ? WHERE chain = ? AND hash = ?`,
      [
        block.state,
        block.generation,
        decimal(block.expectedReward),
        block.isExpectedKnown ? 1 : 0,
        evidence !== undefined && 'depth' in evidence ? evidence.depth : null,
        evidence !== undefined && 'nodes' in evidence ? evidence.nodes : null,
        alarm,
        IS_VISITED[block.state] ? timeMs + this.#pauseOf(block) : null,
        block.chain,
        block.hash,
      ],
    );
  }

  /** @throws the error of the database, if that is what failed */
  async #postpone(block: BookedBlock, error: unknown): Promise<void> {
    const { database, now = Date.now, onAlarm } = this.#modules;
    const { chain, hash } = block;
    const isNew = await database.transact(async (queries) => {
      const changed = await queries.run(
        "UPDATE block SET alarm = 'failed' WHERE chain = ? AND hash = ? AND (alarm IS NULL OR alarm <> 'failed')",
        [chain, hash],
      );
      await queries.run('UPDATE block SET next_ms = ? WHERE chain = ? AND hash = ?', [
        now() + this.#pauseOf(block),
        chain,
        hash,
      ]);
      return changed > 0;
    });
    if (isNew) onAlarm?.({ chain, hash, kind: 'failed', error });
  }

  #pauseOf({ state }: BookedBlock): number {
    return Math.min(NEXT_LOOK_MS[state], this.#options.mostPauseMs ?? Number.POSITIVE_INFINITY);
  }

  #rulesOf({ chain }: BookedBlock): BlockRules {
    return this.#options.rulesOf(chain);
  }
}

function withExpected(block: BookedBlock, finding: Finding | undefined): BookedBlock {
  const expected = finding?.expected;
  if (block.isExpectedKnown || expected === undefined) return block;
  return { ...block, expectedReward: expected, isExpectedKnown: true };
}

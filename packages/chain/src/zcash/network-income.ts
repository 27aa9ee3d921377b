import { AditError } from '@adit/primitives';
import { Fields, SMALL_ANSWER } from '@adit/rpc';
import { minedCoinbase } from './block-watcher.ts';
import { blockSecondsAt, type ZcashChainParams } from './chains.ts';
import type { ZcashNode } from './node.ts';

/** What a block of the network paid to its miner, in zatoshi. */
export interface MinersIncome {
  readonly subsidy: bigint;
  /** The miner's part of the fees: what is left of it where the network removes a part. */
  readonly fees: bigint;
}

/** What is asked of a node. */
export type IncomeNode = Pick<ZcashNode, 'call' | 'getBlockCount' | 'getBlockHash'>;

/** A day at one block in 25 s has 3,456 blocks. */
const MOST_BLOCKS = 4_000;
const DAY_SECONDS = 86_400;
/** Blocks that are asked for at once. */
const TOGETHER = 8;
const ZATOSHI = 1e8;
/** All coins that there will ever be. */
const MOST_COINS = 21_000_000;

/** The parts of a subsidy that a coinbase pays out. */
interface Subsidy {
  readonly miner: bigint;
  readonly streams: bigint;
}

/**
 * Says what blocks of a Zcash chain pay to their miners, whoever they are: the price of shares that are paid at once. What the chain of
 * a network pays is asked of its nodes, since its rules change with upgrades.
 */
export class ZcashNetworkIncome {
  readonly #params: ZcashChainParams;
  readonly #nodes: readonly IncomeNode[];

  constructor(params: ZcashChainParams, { nodes }: { readonly nodes: readonly IncomeNode[] }) {
    this.#params = params;
    this.#nodes = nodes;
  }

  /**
   * The miner's part of the next block's subsidy, in zatoshi. Never rejects.
   * @returns undefined if no node answers, or two nodes contradict each other
   */
  async nextSubsidy(): Promise<bigint | undefined> {
    const heights = await Promise.all(this.#nodes.map((node) => node.getBlockCount().catch(() => -1)));
    const next = Math.max(...heights) + 1;
    if (next === 0) return undefined;
    const answers = await Promise.all(
      this.#nodes.map((node) => subsidyAt(node, next).catch(() => undefined)),
    );
    const [first, ...others] = answers.flatMap((answer) => answer?.miner ?? []);
    return others.some((other) => other !== first) ? undefined : first;
  }

  /**
   * What the blocks of the last day paid, newest first. Each is proved by its hash, so a node cannot change an amount. It takes two calls
   * a block. Never rejects.
   * @returns undefined if no node gives them all
   */
  async lastDay(): Promise<readonly MinersIncome[] | undefined> {
    for (const node of this.#nodes) {
      try {
        return await this.#dayOf(node);
      } catch {
        // The next node may answer.
      }
    }
    return undefined;
  }

  async #dayOf(node: IncomeNode): Promise<readonly MinersIncome[]> {
    const tip = await node.getBlockCount();
    const wanted = Math.ceil(DAY_SECONDS / blockSecondsAt(this.#params, tip));
    // The first block has no parent and no miner.
    const oldest = Math.max(1, tip + 1 - Math.min(MOST_BLOCKS, wanted));
    const ends = [await subsidyAt(node, oldest), await subsidyAt(node, tip)] as const;
    const isSame = ends[0].miner === ends[1].miner && ends[0].streams === ends[1].streams;
    const incomes: MinersIncome[] = [];
    for (let height = tip; height >= oldest; height -= TOGETHER) {
      const heights = Array.from({ length: Math.min(TOGETHER, height + 1 - oldest) }, (_, i) => height - i);
      incomes.push(
        ...(await Promise.all(
          heights.map(async (at) => incomeAt(node, at, isSame ? ends[1] : await subsidyAt(node, at))),
        )),
      );
    }
    return incomes;
  }
}

async function incomeAt(
  node: IncomeNode,
  height: number,
  { miner, streams }: Subsidy,
): Promise<MinersIncome> {
  const hash = await node.getBlockHash(height);
  const mined = hash === undefined ? undefined : await minedCoinbase(node, hash);
  if (mined === undefined)
    throw new AditError('ADIT_RPC_BAD_ANSWER', `the node gives no whole block at ${height}`);
  const paid = mined.outputs.reduce((sum, { value }) => sum + value, mined.shielded);
  const fees = paid - miner - streams;
  // A miner may take less than it could.
  return { subsidy: miner, fees: fees < 0n ? 0n : fees };
}

/** @throws AditError `ADIT_BAD_FIELD` for an answer that is none; as `ZcashNode.call` */
async function subsidyAt(node: Pick<IncomeNode, 'call'>, height: number): Promise<Subsidy> {
  const fields = new Fields(await node.call('getblocksubsidy', [height], SMALL_ANSWER), 'getblocksubsidy');
  return {
    miner: zatoshiIn(fields, 'miner'),
    streams: fields.has('fundingstreamstotal') ? zatoshiIn(fields, 'fundingstreamstotal') : 0n,
  };
}

function zatoshiIn(fields: Fields, name: string): bigint {
  // Whole coins with eight decimals: a double holds them exactly enough to be rounded.
  return BigInt(Math.round(fields.number(name, 0, MOST_COINS) * ZATOSHI));
}

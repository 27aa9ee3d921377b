import { decodeHex, equalBytes, reverseBytes, tryDecodeHex } from '@adit/primitives';
import { judgeByHighestTip, type PlaceOnChain } from '../highest-tip.ts';
import { Patience } from '../patience.ts';
import { type Judge, opinionOf } from './confirmation.ts';
import { transactionMerkleRoot } from './merkle.ts';
import { type MinedCoinbase, readMinedCoinbase } from './mined-coinbase.ts';
import { displayHash, type ZcashNode } from './node.ts';

/** A block that a share found, as far as nodes have to know it. */
export interface ZcashFound {
  /** 64 lower-case hex digits, display order. */
  readonly hash: string;
  readonly height: number | null;
}

/** How the operator is paid. */
export interface ZcashIncomeOptions {
  /** Output scripts of the operator's transparent addresses: of `miner_address`, and of those that it had before. */
  readonly scripts: readonly Uint8Array[];
  /** True if `miner_address` is shielded: then all that the coinbase pays into shielded pools is the operator's. */
  readonly isShielded: boolean;
}

/** What the watcher asks of a node. */
export type WatchedZcashNode = Judge & Pick<ZcashNode, 'call'>;

/** A block of 2,000,000 bytes is 4 MB of hex; ids of its transactions are less. */
const BLOCK = { maxAnswerBytes: 8 * 1024 * 1024, maxAnswerValues: 65_536 };

/**
 * Watches found blocks of a Zcash chain for the ledger.
 *
 * What a block pays is read from its bytes, and proved by them: the header has the hash that is asked for, the ids of the transactions
 * have the root in the header, and the first of them is that of the coinbase. So one node that lies cannot change an amount.
 */
export class ZcashBlockWatcher {
  readonly #options: ZcashIncomeOptions;
  readonly #nodes: readonly WatchedZcashNode[];
  readonly #patience = new Patience<Judge>();

  constructor(options: ZcashIncomeOptions, { nodes }: { readonly nodes: readonly WatchedZcashNode[] }) {
    this.#options = options;
    this.#nodes = nodes;
  }

  /** Never rejects. @returns undefined if no node answered, or none knows the height of the block */
  async place({ hash, height }: ZcashFound): Promise<PlaceOnChain | undefined> {
    this.#patience.begin();
    const known = height ?? (await this.#heightOf(hash));
    if (known === undefined) return undefined;
    const answers = await this.#patience.ask(this.#nodes, (node) => opinionOf(node, hash, known));
    return judgeByHighestTip(
      answers.filter((answer) => answer !== undefined),
      known,
    );
  }

  /** What the block pays to the operator, in zatoshi. Never rejects. @returns null while no node gives a whole block */
  async reward({ hash }: ZcashFound): Promise<bigint | null> {
    for (const node of this.#nodes) {
      try {
        const mined = await minedCoinbase(node, hash);
        if (mined !== undefined) return this.incomeOf(mined);
      } catch {
        // The next node may answer.
      }
    }
    return null;
  }

  /**
   * What the block pays, before it is deep enough to count: the template's coinbase is part of what the hash covers, so a block pays what
   * its template promised. A wallet has the reward from the first block on, and the books can explain it.
   * @returns undefined while no node has the block
   */
  async expected(block: ZcashFound): Promise<bigint | undefined> {
    return (await this.reward(block)) ?? undefined;
  }

  /** What a coinbase pays to the operator, in zatoshi. */
  incomeOf({ outputs, shielded }: Pick<MinedCoinbase, 'outputs' | 'shielded'>): bigint {
    const { scripts, isShielded } = this.#options;
    const own = outputs.filter(({ script }) => scripts.some((one) => equalBytes(one, script)));
    return own.reduce((sum, { value }) => sum + value, isShielded ? shielded : 0n);
  }

  async #heightOf(hash: string): Promise<number | undefined> {
    const headers = await this.#patience.ask(this.#nodes, (node) => node.getBlockHeader(hash));
    return headers.find((header) => header !== undefined && header.height >= 0)?.height;
  }
}

/** @returns undefined if what the node gives is not the block with this hash, in whole */
export async function minedCoinbase(
  node: Pick<WatchedZcashNode, 'call'>,
  hash: string,
): Promise<MinedCoinbase | undefined> {
  const block = tryDecodeHex(await node.call('getblock', [hash, 0], BLOCK));
  const mined = block === undefined ? undefined : readMinedCoinbase(block);
  if (mined === undefined || displayHash(mined.blockHash) !== hash) return undefined;
  const txids = txidsIn(await node.call('getblock', [hash, 1], BLOCK));
  const [first] = txids;
  const isWhole =
    first !== undefined &&
    equalBytes(first, mined.txid) &&
    equalBytes(transactionMerkleRoot(txids), mined.merkleRoot);
  return isWhole ? mined : undefined;
}

/** The ids in header order. @throws AditError `ADIT_BAD_HEX` for an id that is none */
function txidsIn(answer: unknown): readonly Uint8Array[] {
  const list: unknown = typeof answer === 'object' && answer !== null && 'tx' in answer ? answer.tx : [];
  return Array.isArray(list) ? list.map((id) => reverseBytes(decodeHex(id, 32, 'getblock.tx'))) : [];
}

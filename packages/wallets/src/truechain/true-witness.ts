import type { NodeHash, ScannedBlock, TransactionPlace, Witness } from '@adit/money';
import { AditError } from '@adit/primitives';
import { writeHeight } from './nonce-scan.ts';
import { blockHashOf, heightOf, minedTransaction } from './true-answers.ts';
import { askAll, neededNodes, quiet, type TrueNode } from './true-node.ts';

/** What the nodes of TrueChain say about fast blocks. Two of them must say the same (one, where only one is configured). */
export class TrueWitness implements Witness {
  readonly configuredNodes: number;
  readonly #nodes: readonly TrueNode[];
  readonly #needed: number;

  /** @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(modules: { readonly nodes: readonly TrueNode[] }) {
    this.#nodes = modules.nodes;
    this.#needed = neededNodes(modules.nodes);
    this.configuredNodes = modules.nodes.length;
  }

  async tip(): Promise<{ readonly height: number; readonly hash: string } | undefined> {
    const heights = await askAll(this.#nodes, async (node) =>
      heightOf(await node.call('etrue_blockNumber', []), 'blockNumber'),
    );
    if (heights.length < this.#needed) return undefined;
    // A fast block comes every two seconds, so one node is nearly always a block behind.
    for (const height of [...new Set(heights)].sort((a, b) => b - a)) {
      const hashes = (await this.hashesAt(height)).flatMap(({ hash }) => (hash === null ? [] : [hash]));
      const [first] = hashes;
      if (first !== undefined && hashes.length >= this.#needed && hashes.every((hash) => hash === first))
        return { height, hash: first };
    }
    return undefined;
  }

  async hashesAt(height: number): Promise<readonly NodeHash[]> {
    return Promise.all(
      this.#nodes.map(async (node) => {
        const hash = await quiet(async () =>
          blockHashOf(await node.call('etrue_getBlockByNumber', [writeHeight(height), false]), height),
        );
        return { node: node.name, hash: hash ?? null };
      }),
    );
  }

  /** By the hash alone, which strangers can change: `absent` says only that no block has it under this hash. */
  async place(txid: string): Promise<TransactionPlace> {
    const seen = await askAll(this.#nodes, async (node) => ({
      tip: heightOf(await node.call('etrue_blockNumber', []), 'blockNumber'),
      mined: minedTransaction(
        await node.call('etrue_getTransactionReceipt', [txid]),
        await node.call('etrue_getTransactionByHash', [txid]),
      ),
    }));
    const [first] = seen;
    if (first === undefined || seen.length < this.#needed) return { kind: 'unsure' };
    if (!seen.every(({ mined }) => mined?.hash === first.mined?.hash)) return { kind: 'unsure' };
    if (first.mined === undefined) return { kind: 'absent' };
    const { height, hash, fee } = first.mined;
    const depth = Math.min(...seen.map(({ tip }) => tip)) - height + 1;
    return depth < 1 ? { kind: 'unsure' } : { kind: 'mined', height, hash, depth, fee };
  }

  /** Nothing of this chain expires, so no proof ever asks for blocks. @throws AditError `ADIT_BAD_OPTION` */
  async blocks(): Promise<readonly ScannedBlock[]> {
    throw new AditError('ADIT_BAD_OPTION', 'transactions of TrueChain do not expire');
  }

  /** Forks of TrueChain do not change how a payment is signed. */
  async nextUpgrade(): Promise<null> {
    return null;
  }
}

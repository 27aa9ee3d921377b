import type { NodeHash, ScannedBlock, TransactionPlace, Witness } from '@adit/money';
import { AditError } from '@adit/primitives';
import { type JsonRpcClient, RpcError } from '@adit/rpc';
import { type NodePlace, readBlock, readPlace, readTip, readUpgrades } from './node-answers.ts';

/** A node that is asked about payments: a client of it, or what has one. */
export type WitnessNode = Pick<JsonRpcClient, 'name' | 'call'>;

/** How nodes are asked about payments. */
export interface NodeWitnessOptions {
  /** Whether blocks come with the transparent inputs that they spend. Only proofs about transactions before v5 need them. */
  readonly readsSpends?: boolean;
}

/** The nodes that know nothing of a transaction say -5; old ones -8. */
const UNKNOWN: ReadonlySet<number> = new Set([-5, -8]);
/** Blocks that are asked for at once, so that a proof's 200 calls do not stand in the way of templates. */
const AT_ONCE = 4;

/** A tip of a chain. */
export type NodeTip = { readonly height: number; readonly hash: string };

/**
 * What the nodes of a Zcash-like chain say about payments. Two of them must say the same (one, where only one is configured), and
 * one that says something else makes the answer unsure. A node that does not answer counts for nothing.
 */
export class NodeWitness implements Witness {
  readonly configuredNodes: number;
  readonly #nodes: readonly WitnessNode[];
  readonly #readsSpends: boolean;

  /** @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(options: NodeWitnessOptions, modules: { readonly nodes: readonly WitnessNode[] }) {
    if (modules.nodes.length === 0)
      throw new AditError('ADIT_BAD_OPTION', 'a witness needs at least one node');
    this.#nodes = modules.nodes;
    this.#readsSpends = options.readsSpends ?? false;
    this.configuredNodes = modules.nodes.length;
  }

  async tip(): Promise<NodeTip | undefined> {
    const tips = (await this.#ask((node) => this.#tipOf(node))).filter((tip) => tip !== undefined);
    const candidates = [...new Map(tips.map((tip) => [tip.hash, tip])).values()];
    candidates.sort((a, b) => b.height - a.height);
    for (const tip of candidates) {
      const hashes = (await this.hashesAt(tip.height)).flatMap(({ hash }) => (hash === null ? [] : [hash]));
      if (hashes.length >= this.#needed && hashes.every((hash) => hash === tip.hash)) return tip;
    }
    return undefined;
  }

  async hashesAt(height: number): Promise<readonly NodeHash[]> {
    return Promise.all(
      this.#nodes.map(async (node) => {
        const hash = await quiet(() => node.call('getblockhash', [height]));
        return { node: node.name, hash: typeof hash === 'string' ? hash.toLowerCase() : null };
      }),
    );
  }

  async place(txid: string): Promise<TransactionPlace> {
    const places = (await this.#ask((node) => placeAt(node, txid))).filter((place) => place !== undefined);
    const [first] = places;
    if (first === undefined || places.length < this.#needed) return { kind: 'unsure' };
    if (!places.every((place) => areSame(place, first))) return { kind: 'unsure' };
    if (first.kind === 'absent') return first;
    const { height, hash, fee } = first;
    const confirmations = places.map((place) => (place.kind === 'mined' ? place.confirmations : 0));
    // The node that lags most counts.
    return { kind: 'mined', height, hash, depth: Math.min(...confirmations), fee };
  }

  /** All from one node, so that a reorganisation in between shows as a broken chain. */
  async blocks(from: number, to: number): Promise<readonly ScannedBlock[]> {
    let fault: unknown;
    for (const node of this.#nodes) {
      try {
        return await this.#blocksOf(node, from, to);
      } catch (error) {
        fault = error;
      }
    }
    throw fault;
  }

  /** The lowest that any node names: one that was not updated knows less. @throws where no node answers */
  async nextUpgrade(): Promise<number | null> {
    const answers = await Promise.allSettled(
      this.#nodes.map(async (node) => {
        const answer = await node.call('getblockchaininfo', []);
        const { height } = readTip(answer);
        return readUpgrades(answer).filter((upgrade) => upgrade > height);
      }),
    );
    const heights = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const [failed] = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    if (heights.length === 0) throw failed;
    const all = heights.flat();
    return all.length === 0 ? null : Math.min(...all);
  }

  get #needed(): number {
    return Math.min(2, this.configuredNodes);
  }

  async #tipOf(node: WitnessNode): Promise<NodeTip | undefined> {
    return quiet(async () => readTip(await node.call('getblockchaininfo', [])));
  }

  #ask<T>(question: (node: WitnessNode) => Promise<T>): Promise<readonly T[]> {
    return Promise.all(this.#nodes.map((node) => question(node)));
  }

  async #blocksOf(node: WitnessNode, from: number, to: number): Promise<readonly ScannedBlock[]> {
    const blocks: ScannedBlock[] = [];
    for (let first = from; first <= to; first += AT_ONCE) {
      const heights = Array.from({ length: Math.min(AT_ONCE, to - first + 1) }, (_, i) => first + i);
      blocks.push(...(await Promise.all(heights.map((height) => this.#blockOf(node, height)))));
    }
    return blocks;
  }

  async #blockOf(node: WitnessNode, height: number): Promise<ScannedBlock> {
    // zcashd and Zebra take the height as a text.
    return readBlock(await node.call('getblock', [String(height), this.#readsSpends ? 2 : 1]), height);
  }
}

/** Undefined where the node did not answer, or with something that cannot be read: that says nothing. */
async function placeAt(node: WitnessNode, txid: string): Promise<NodePlace | undefined> {
  return quiet(async () => {
    try {
      return readPlace(await node.call('getrawtransaction', [txid, 1]));
    } catch (error) {
      if (error instanceof RpcError && UNKNOWN.has(error.rpcCode)) return { kind: 'absent' };
      throw error;
    }
  });
}

function areSame(a: NodePlace, b: NodePlace): boolean {
  if (a.kind === 'absent' || b.kind === 'absent') return a.kind === b.kind;
  return a.height === b.height && a.hash === b.hash;
}

async function quiet<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

import type { NonceQuestion, NonceSight, NonceWitness } from '@adit/money';
import { NonceScan } from './nonce-scan.ts';
import { heightOf, type MinedTransaction, minedTransaction, quantityOf } from './true-answers.ts';
import { askAll, neededNodes, type TrueNode } from './true-node.ts';

/** What one node says about a nonce. Undefined: it is used, and the node has not shown by which transaction. */
type NodeUse = MinedTransaction | 'not_used' | undefined;

interface NodeView {
  readonly tip: number;
  readonly uses: readonly NodeUse[];
}

/** What the nodes of TrueChain say about the nonces of an account. Two of them must say the same (one, where only one is configured). */
export class TrueNonces implements NonceWitness {
  readonly configuredNodes: number;
  readonly #account: string;
  readonly #nodes: readonly TrueNode[];
  readonly #needed: number;
  readonly #scans: ReadonlyMap<TrueNode, NonceScan>;

  /** @param account 0x and 40 small hex digits. @throws AditError `ADIT_BAD_OPTION` without a node */
  constructor(account: string, modules: { readonly nodes: readonly TrueNode[] }) {
    this.#account = account;
    this.#nodes = modules.nodes;
    this.#needed = neededNodes(modules.nodes);
    this.configuredNodes = modules.nodes.length;
    this.#scans = new Map(modules.nodes.map((node) => [node, new NonceScan(account, node)]));
  }

  async count(): Promise<bigint | undefined> {
    const counts = await askAll(this.#nodes, (node) => this.#countOf(node));
    const [first] = counts;
    return counts.length >= this.#needed && counts.every((count) => count === first) ? first : undefined;
  }

  async uses(questions: readonly NonceQuestion[]): Promise<readonly NonceSight[]> {
    const views = await askAll(this.#nodes, (node) => this.#view(node, questions));
    return questions.map((_, i) => this.#agreed(views, i));
  }

  #agreed(views: readonly NodeView[], at: number): NonceSight {
    const uses = views.map((view) => view.uses[at]);
    const [first] = uses;
    if (first === undefined || uses.length < this.#needed) return { kind: 'unsure' };
    if (first === 'not_used')
      return uses.every((use) => use === 'not_used') ? { kind: 'not_used' } : { kind: 'unsure' };
    const areSame = uses.every(
      (use) => use !== undefined && use !== 'not_used' && use.hash === first.hash && use.txid === first.txid,
    );
    // The node that lags most counts.
    const depth = Math.min(...views.map(({ tip }) => tip)) - first.height + 1;
    if (!areSame || depth < 1) return { kind: 'unsure' };
    const { txid, fee, height, from, nonce, to, value, isSuccess } = first;
    const use = { from, nonce, to, value, isSuccess, depth, nodes: uses.length };
    return { kind: 'used', use, txid, fee, height };
  }

  async #view(node: TrueNode, questions: readonly NonceQuestion[]): Promise<NodeView> {
    // The tip first: what is in a block by then lies at this depth at least.
    const tip = heightOf(await node.call('etrue_blockNumber', []), 'blockNumber');
    const count = await this.#countOf(node);
    const uses: NodeUse[] = [];
    for (const question of questions)
      uses.push(question.nonce >= count ? 'not_used' : await this.#useOf(node, question, tip));
    return { tip, uses };
  }

  async #useOf(node: TrueNode, { nonce, txids, since }: NonceQuestion, tip: number): Promise<NodeUse> {
    const fits = (mined: MinedTransaction | undefined) =>
      mined !== undefined && mined.from === this.#account && mined.nonce === nonce;
    for (const txid of txids) {
      const mined = await minedBy(node, txid);
      if (fits(mined)) return mined;
    }
    const scan = this.#scans.get(node);
    const other = await scan?.find(nonce, since, tip);
    const mined = other === undefined ? undefined : await minedBy(node, other);
    if (fits(mined)) return mined;
    if (other !== undefined) scan?.forget();
    return undefined;
  }

  async #countOf(node: TrueNode): Promise<bigint> {
    // "pending" does not count what waits in the node's own pool, so it says no more than "latest".
    const params = [this.#account, 'latest'];
    return quantityOf(await node.call('etrue_getTransactionCount', params), 'getTransactionCount');
  }
}

async function minedBy(node: TrueNode, txid: string): Promise<MinedTransaction | undefined> {
  const receipt = await node.call('etrue_getTransactionReceipt', [txid]);
  if (receipt === null) return undefined;
  return minedTransaction(receipt, await node.call('etrue_getTransactionByHash', [txid]));
}

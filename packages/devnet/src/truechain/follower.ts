import { AditError, encodeHex } from '@adit/primitives';
import type { JsonRpcClient } from '@adit/rpc';
import { FollowLoop, firstCall, type PeerEvent, peerAt } from '../follow/follow-loop.ts';
import { isBetter } from './branch.ts';
import type { DevnetNode } from './devnet-node.ts';
import type { TrueChainDevnetOptions, TrueOrigin } from './options.ts';
import { MAX_BLOCKS, type PeerGift, type PeerNews } from './peer.ts';
import { type PeerBlock, readBlock, readFruit, writeBlock, writeFruit } from './peer-values.ts';

/** Pages of blocks in one exchange: more than a devnet can hold. */
const MAX_PAGES = 1_001;
/** The deepest fork that is followed. Deeper ones would take back paid rewards. */
const MAX_FORK = MAX_BLOCKS;

/**
 * The options of a devnet that continues the chain of another one.
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_BAD_URL`; the errors of the call
 */
export async function trueOptionsAt(url: string): Promise<TrueChainDevnetOptions> {
  const peer = peerAt(url);
  try {
    const { genesisMs, difficulty, fruitDifficulty, ...rules } = (await firstCall(
      peer,
      'devnet_origin',
    )) as TrueOrigin;
    const { startNumber, salt } = rules;
    return {
      ...rules,
      ...(difficulty === undefined ? {} : { difficulty: BigInt(difficulty) }),
      ...(fruitDifficulty === undefined ? {} : { fruitDifficulty: BigInt(fruitDifficulty) }),
      state: {
        genesisMs,
        startNumber,
        salt,
        blocks: [],
        pool: [],
        rewards: [],
        acceptedBlocks: 0,
        acceptedFruits: 0,
      },
    };
  } finally {
    peer.close();
  }
}

/** Follows the chain of another TrueChain devnet: blocks and fruits that either of them accepts appear on both. */
export class TrueFollower {
  readonly #node: DevnetNode;
  readonly #loop: FollowLoop;

  /** @throws AditError `ADIT_NOT_LOOPBACK` */
  constructor(
    options: { readonly url: string },
    modules: { readonly node: DevnetNode; readonly onEvent: (event: PeerEvent) => void },
  ) {
    this.#node = modules.node;
    this.#loop = new FollowLoop(peerAt(options.url), {
      exchange: (peer, signal) => this.#exchange(peer, signal),
      onEvent: modules.onEvent,
    });
  }

  begin(): void {
    this.#loop.begin();
  }

  /** Asks the peer now. @returns whether it answered */
  exchange(): Promise<boolean> {
    return this.#loop.exchange();
  }

  close(): void {
    this.#loop.close();
  }

  async #exchange(peer: JsonRpcClient, signal: AbortSignal): Promise<void> {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const { chain } = this.#node;
      const news = await newsFrom(peer, chain.head + 1, signal);
      if (news.parentHash === encodeHex(chain.headHash)) {
        this.#take(news.blocks, news);
        if (chain.head < news.head) continue;
        return this.#giveFruits(peer, news, signal);
      }
      const common = await this.#lastCommon(peer, news, signal);
      if (!isBetter(news, { head: chain.head, headHash: encodeHex(chain.headHash) })) {
        const blocks = chain.blocksFrom(common + 1, MAX_BLOCKS).map(writeBlock);
        await give(peer, { blocks, fruits: [] }, signal);
        continue;
      }
      this.#take((await newsFrom(peer, common + 1, signal)).blocks, news);
    }
  }

  #take(blocks: readonly PeerBlock[], { fruits, rewards }: PeerNews): void {
    this.#node.adopt(blocks.map(readBlock), fruits.map(readFruit));
    for (const reward of rewards) this.#node.chain.moveReward(reward);
  }

  async #giveFruits(peer: JsonRpcClient, { fruits }: PeerNews, signal: AbortSignal): Promise<void> {
    const theirs = new Set(fruits.map(({ header }) => header.fastNumber));
    const ours = this.#node.chain.fruitsInPool.filter(({ header }) => !theirs.has(header.fastNumber));
    if (ours.length > 0) await give(peer, { blocks: [], fruits: ours.map(writeFruit) }, signal);
  }

  /** The newest number at which both have the same block. */
  async #lastCommon(peer: JsonRpcClient, { head }: PeerNews, signal: AbortSignal): Promise<number> {
    const { chain } = this.#node;
    const highest = Math.min(head, chain.head);
    for (let number = highest; number >= 0 && number > highest - MAX_FORK; number -= 1) {
      const { parentHash } = await newsFrom(peer, number + 1, signal);
      const own = chain.hashOf(number);
      if (own !== undefined && parentHash === encodeHex(own)) return number;
    }
    const words = 'it has begun another chain: start it with --follow and the address of this devnet';
    throw new AditError('ADIT_UNKNOWN_PARENT', words);
  }
}

async function newsFrom(peer: JsonRpcClient, from: number, signal: AbortSignal): Promise<PeerNews> {
  return (await peer.call('devnet_news', [from], { signal })) as PeerNews;
}

async function give(peer: JsonRpcClient, gift: PeerGift, signal: AbortSignal): Promise<void> {
  await peer.call('devnet_take', [gift], { signal });
}

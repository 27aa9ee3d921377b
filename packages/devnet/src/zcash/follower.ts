import { displayHash } from '@adit/chain';
import { AditError, encodeHex } from '@adit/primitives';
import type { JsonRpcClient } from '@adit/rpc';
import { FollowLoop, firstCall, type PeerEvent, peerAt } from '../follow/follow-loop.ts';
import type { BlockEntry } from './block-tree.ts';
import type { CoinbaseScript, ZcashOrigin } from './chain-state.ts';
import { fitting, type PeerBlock, type PeerGift, type PeerNews } from './peer.ts';
import type { DevnetZcashChain } from './zcash-chain.ts';

/** A call asks again while a peer has more blocks than fit into one answer; more rounds than any devnet needs. */
const MAX_ROUNDS = 10_000;

/**
 * Where the chain of another devnet began, so that this one can continue it.
 * @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_BAD_OPTION` for another network; the errors of the call
 */
export async function zcashOriginAt(url: string, network: string): Promise<ZcashOrigin> {
  const peer = peerAt(url);
  try {
    const origin = (await firstCall(peer, 'devnet_origin')) as Record<keyof ZcashOrigin, unknown>;
    if (origin.network === network)
      return { ...(origin as ZcashOrigin), coinbaseScript: origin.coinbaseScript as CoinbaseScript };
    const words = `the devnet at ${url} is one of ${String(origin.network)}, and this one is to be one of ${network}: name the same --network`;
    throw new AditError('ADIT_BAD_OPTION', words);
  } finally {
    peer.close();
  }
}

/** Follows the chain of another Zcash devnet: blocks that either of them accepts appear on both. */
export class ZcashFollower {
  readonly #chain: DevnetZcashChain;
  readonly #loop: FollowLoop;
  #session = '';
  /** Arrivals of the peer that are here too. */
  #pulled = 0;
  /** Own arrivals that the peer has too. */
  #pushed = 0;
  /** Ids of blocks that came from the peer; as many as the block tree holds at most. */
  #fromPeer = new Set<string>();

  /** @throws AditError `ADIT_NOT_LOOPBACK` */
  constructor(
    options: { readonly url: string },
    modules: { chain: DevnetZcashChain; onEvent: (event: PeerEvent) => void },
  ) {
    const { chain, onEvent } = modules;
    this.#chain = chain;
    this.#loop = new FollowLoop(peerAt(options.url), {
      exchange: (peer, signal) => this.#exchange(peer, signal),
      onEvent: (event) => {
        // Somebody has to make transactions.
        if (event.state === 'lost') chain.mempool.fills = true;
        onEvent(event);
      },
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
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const news = (await peer.call('devnet_news', [this.#pulled], { signal })) as PeerNews;
      if (news.session !== this.#session || news.arrivals < this.#pulled) {
        const isFirst = this.#pulled === 0;
        this.#session = news.session;
        this.#pulled = 0;
        this.#pushed = 0;
        this.#fromPeer = new Set();
        if (!isFirst) continue;
      }
      for (const block of news.blocks) {
        this.#fromPeer.add(this.#adopt(block).id);
        this.#pulled += 1;
      }
      this.#chain.mempool.fills = !news.leads;
      this.#chain.mempool.share(news.pending);
      if (this.#pulled < news.arrivals) continue;
      if (!(await this.#push(peer, signal))) return;
    }
  }

  #adopt({ raw, internal }: PeerBlock): BlockEntry {
    try {
      return this.#chain.adopt(raw, internal);
    } catch (error) {
      if (this.#pulled > 0 || (error as { code?: unknown }).code !== 'ADIT_UNKNOWN_PARENT') throw error;
      const words = 'it has begun another chain: start it with --follow and the address of this devnet';
      throw new AditError('ADIT_UNKNOWN_PARENT', words, { cause: error });
    }
  }

  /** @returns whether there may be more to give */
  async #push(peer: JsonRpcClient, signal: AbortSignal): Promise<boolean> {
    const { arrivals } = this.#chain.tree;
    while (this.#pushed < arrivals.length && this.#fromPeer.has(arrivals[this.#pushed]?.id ?? ''))
      this.#pushed += 1;
    const blocks = fitting(arrivals, this.#pushed);
    if (blocks.length === 0) return false;
    const entries = arrivals.slice(this.#pushed, this.#pushed + blocks.length);
    const transactions = entries.flatMap(({ block }) =>
      block.transactions.flatMap(({ txid, raw }) => {
        const fee = this.#chain.mempool.feeOf(displayHash(txid));
        return fee === undefined ? [] : [{ raw: encodeHex(raw), fee: fee.toString() }];
      }),
    );
    await peer.call('devnet_take', [{ blocks, transactions } satisfies PeerGift], { signal });
    this.#pushed += blocks.length;
    return this.#pushed < arrivals.length;
  }
}

import { randomBytes } from 'node:crypto';
import { AditError, encodeHex } from '@adit/primitives';
import type { BlockEntry } from './block-tree.ts';
import type { DevnetZcashChain } from './zcash-chain.ts';

/** A block as devnets exchange it. */
export interface PeerBlock {
  readonly raw: string;
  /** Made by a devnet, without proof of work. */
  readonly internal: boolean;
}

interface PeerTransaction {
  readonly raw: string;
  /** Zatoshi, decimal. */
  readonly fee: string;
}

/** What a devnet tells one that follows it. */
export interface PeerNews {
  /** Changes when the devnet starts anew: then nothing is known of what it has. */
  readonly session: string;
  /** Whether it makes the waiting transactions for both. A devnet that follows another one does not. */
  readonly leads: boolean;
  /** Number of its blocks, in the order of arrival. */
  readonly arrivals: number;
  /** The blocks from the wanted arrival on: as many as fit into one answer. */
  readonly blocks: readonly PeerBlock[];
  readonly pending: readonly PeerTransaction[];
}

/** What a follower gives to the devnet that it follows. */
export interface PeerGift {
  readonly blocks: readonly PeerBlock[];
  readonly transactions: readonly PeerTransaction[];
}

/** Hex digits of blocks in one answer or gift: a quarter of what a devnet reads. One block always fits. */
const MAX_DIGITS = 4_000_000;

/** The side of a Zcash devnet that other devnets see. It trusts them: all of them run on this machine. */
export class ZcashPeer {
  readonly #chain: DevnetZcashChain;
  readonly #leads: boolean;
  readonly #session = encodeHex(randomBytes(8));

  constructor(chain: DevnetZcashChain, leads: boolean) {
    this.#chain = chain;
    this.#leads = leads;
  }

  /** @param from number of the first wanted arrival */
  news(from: unknown): PeerNews {
    const { arrivals } = this.#chain.tree;
    const first = typeof from === 'number' && Number.isInteger(from) && from >= 0 ? from : arrivals.length;
    return {
      session: this.#session,
      leads: this.#leads,
      arrivals: arrivals.length,
      blocks: fitting(arrivals, first),
      pending: this.#chain.mempool.pending.map(({ raw, fee }) => ({
        raw: encodeHex(raw),
        fee: fee.toString(),
      })),
    };
  }

  /** Takes the blocks of a follower. @throws AditError for what is not well formed */
  take(gift: unknown): number {
    const { blocks, transactions } = (gift ?? {}) as Partial<PeerGift>;
    if (!Array.isArray(blocks) || !Array.isArray(transactions))
      throw new AditError('ADIT_BAD_OPTION', 'expected blocks and transactions');
    this.#chain.mempool.learn(transactions);
    for (const { raw, internal } of blocks as readonly PeerBlock[]) this.#chain.adopt(raw, internal);
    return blocks.length;
  }
}

/** Blocks from one arrival on, as many as one message may have. */
export function fitting(arrivals: readonly BlockEntry[], from: number): PeerBlock[] {
  const blocks: PeerBlock[] = [];
  let digits = 0;
  for (let at = from; at < arrivals.length && digits < MAX_DIGITS; at += 1) {
    const entry = arrivals[at];
    if (entry === undefined) break;
    const raw = encodeHex(entry.block.raw);
    digits += raw.length;
    blocks.push({ raw, internal: entry.internal });
  }
  return blocks;
}

import { AditError, encodeHex } from '@adit/primitives';
import type { DevnetNode } from './devnet-node.ts';
import {
  type PeerBlock,
  type PeerFruit,
  type PeerReward,
  readBlock,
  readFruit,
  writeBlock,
  writeFruit,
} from './peer-values.ts';

/** What a devnet tells one that follows it. */
export interface PeerNews {
  readonly head: number;
  /** Hex. */
  readonly headHash: string;
  /** The hash of the block before the first of `blocks`; undefined where there is no such block. */
  readonly parentHash: string | undefined;
  /** The blocks from the wanted number on, at most `MAX_BLOCKS`. */
  readonly blocks: readonly PeerBlock[];
  readonly fruits: readonly PeerFruit[];
  readonly rewards: readonly PeerReward[];
}

/** What a follower gives to the devnet that it follows. */
export interface PeerGift {
  /** A branch, which begins on a block that both have. */
  readonly blocks: readonly PeerBlock[];
  readonly fruits: readonly PeerFruit[];
}

/** Blocks in one message: with 60 fruits each, some 6 MB. */
export const MAX_BLOCKS = 100;
/** The newest rewards in one message. Older ones are known, or come with the state of a start. */
const MAX_REWARDS = 200;

/** Tells a follower what is new. @param from number of the first wanted block */
export function newsOf({ chain }: DevnetNode, from: number): PeerNews {
  const parent = chain.hashOf(from - 1);
  return {
    head: chain.head,
    headHash: encodeHex(chain.headHash),
    parentHash: parent === undefined ? undefined : encodeHex(parent),
    blocks: chain.blocksFrom(from, MAX_BLOCKS).map(writeBlock),
    fruits: chain.fruitsInPool.map(writeFruit),
    rewards: chain.rewards
      .slice(-MAX_REWARDS)
      .map(({ snailNumber, fastNumber, time }) => ({ snailNumber, fastNumber, time })),
  };
}

/**
 * Takes the branch and the fruits of a follower. It trusts them: all devnets run on this machine.
 * @throws AditError for what is not well formed, or does not fit to the chain
 */
export function take(node: DevnetNode, gift: unknown): boolean {
  const { blocks, fruits } = (gift ?? {}) as Partial<PeerGift>;
  if (!Array.isArray(blocks) || !Array.isArray(fruits))
    throw new AditError('ADIT_BAD_OPTION', 'expected blocks and fruits');
  node.adopt(blocks.map(readBlock), fruits.map(readFruit));
  return true;
}

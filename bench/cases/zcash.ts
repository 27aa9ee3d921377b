import { decodeZcashHeader, equihashSizes, zcashBlockHash } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { concatBytes, hashValue, targetFromBits } from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { readShares } from '../shares.ts';

interface Block {
  readonly header: Uint8Array;
  readonly solution: Uint8Array;
  /** With its length in front: both are hashed. */
  readonly prefixed: Uint8Array;
  readonly target: bigint;
}

const SIZES = equihashSizes({ n: 200, k: 9 });

/** What a share costs before its proof is looked at: header and solution hashed twice, compared with the target. */
export function zcashCases(): BenchCase[] {
  const checking = (hashOf: (block: Block) => Uint8Array) => () => {
    const blocks = realBlocks();
    return rate(() => {
      for (const block of blocks) must(hashValue(hashOf(block)) <= block.target, 'a block meets its target');
      return blocks.length;
    });
  };
  const hasher = new BlockHasher(SIZES);
  return [
    {
      // As a pool does it.
      name: 'zcash.header_check_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, solution }) => hasher.hash(header, solution)),
    },
    {
      // As a browser does it.
      name: 'zcash.header_check_wasm_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, prefixed }) => zcashBlockHash(header, prefixed)),
    },
  ];
}

function realBlocks(): Block[] {
  const set = readShares().find(({ name }) => name === '200_9');
  const blocks = (set?.shares ?? []).map(({ header, solution }) => ({
    header,
    solution,
    prefixed: concatBytes(SIZES.prefix, solution),
    target: targetFromBits(decodeZcashHeader(header).bits) ?? 0n,
  }));
  must(blocks.length > 0, 'there are blocks');
  return blocks;
}

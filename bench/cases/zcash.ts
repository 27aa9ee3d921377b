import { coinbaseTextOf, withCoinbaseText } from '@adit/chain';
import { decodeZcashHeader, equihashSizes, zcashBlockHash } from '@adit/pow';
import { BlockHasher } from '@adit/pow/threads';
import { bigintToBytes, concatBytes, hashValue, targetFromBits } from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { readShares } from '../shares.ts';
import { variableWork } from './variable-work.ts';

interface Block {
  readonly header: Uint8Array;
  readonly solution: Uint8Array;
  /** With its length prefix, which is hashed too. */
  readonly prefixed: Uint8Array;
  readonly target: bigint;
}

const SIZES = equihashSizes({ n: 200, k: 9 });

/**
 * The cost of a share before its proof is checked: header and solution hashed twice, and compared with the target. And
 * the cost of a new work from a template of 1,000 transactions.
 */
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
      // As in a pool.
      name: 'zcash.header_check_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, solution }) => hasher.hash(header, solution)),
    },
    {
      // As in a browser.
      name: 'zcash.header_check_wasm_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, prefixed }) => zcashBlockHash(header, prefixed)),
    },
    {
      // Version 5 takes 14 hashes, ten of them up the tree.
      name: 'zcash.varied_works_per_s',
      unit: 'works/s',
      better: 'higher',
      prepare: () => {
        const work = variableWork(1_000);
        let counter = 0;
        return rate(() => {
          counter += 1;
          const varied = withCoinbaseText(work, coinbaseTextOf('bench', bigintToBytes(BigInt(counter), 16)));
          must(varied.reserved !== work.reserved, 'the commitments follow the text');
          return 1;
        });
      },
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

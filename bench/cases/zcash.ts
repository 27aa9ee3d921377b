import { hash } from 'node:crypto';
import { decodeZcashHeader, equihashSizes, ZCASH_HEADER_BYTES, zcashBlockHash } from '@adit/pow';
import { concatBytes, hashValue, targetFromBits } from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { readShares } from '../shares.ts';

interface Block {
  readonly header: Uint8Array;
  /** With its length in front: both are hashed. */
  readonly solution: Uint8Array;
  readonly target: bigint;
}

/** What a share costs before its proof is looked at: header and solution hashed twice, compared with the target. */
export function zcashCases(): BenchCase[] {
  const checking = (hashOf: (block: Block) => Uint8Array) => () => {
    const blocks = realBlocks();
    return rate(() => {
      for (const block of blocks) must(hashValue(hashOf(block)) <= block.target, 'a block meets its target');
      return blocks.length;
    });
  };
  const whole = new Uint8Array(1487);
  return [
    {
      // As a pool does it in Node: one buffer, and the engine's own SHA-256, which uses the processor's instructions.
      name: 'zcash.header_check_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, solution }) => {
        whole.set(header);
        whole.set(solution, ZCASH_HEADER_BYTES);
        return hash('sha256', hash('sha256', whole, 'buffer'), 'buffer');
      }),
    },
    {
      // As a browser does it.
      name: 'zcash.header_check_wasm_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: checking(({ header, solution }) => zcashBlockHash(header, solution)),
    },
  ];
}

function realBlocks(): Block[] {
  const { prefix } = equihashSizes({ n: 200, k: 9 });
  const set = readShares().find(({ name }) => name === '200_9');
  const blocks = (set?.shares ?? []).map(({ header, solution }) => ({
    header,
    solution: concatBytes(prefix, solution),
    target: targetFromBits(decodeZcashHeader(header).bits) ?? 0n,
  }));
  must(blocks.length > 0, 'there are blocks');
  return blocks;
}

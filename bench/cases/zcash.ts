import { decodeZcashHeader, encodeZcashHeader, equihashSizes, zcashBlockHash } from '@adit/pow';
import { concatBytes, hashValue, targetFromBits } from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { readShares } from '../shares.ts';

/** What a share costs before its proof is looked at: header put together, hashed, compared with the target. */
export function zcashCases(): BenchCase[] {
  return [
    {
      name: 'zcash.header_check_per_s',
      unit: 'headers/s',
      better: 'higher',
      prepare: () => {
        const { prefix } = equihashSizes({ n: 200, k: 9 });
        const set = readShares().find(({ name }) => name === '200_9');
        const blocks = (set?.shares ?? []).map(({ header, solution }) => {
          const fields = decodeZcashHeader(header);
          return {
            fields,
            target: targetFromBits(fields.bits) ?? 0n,
            solution: concatBytes(prefix, solution),
          };
        });
        must(blocks.length > 0, 'there are blocks');
        return rate(() => {
          for (const { fields, target, solution } of blocks) {
            must(
              hashValue(zcashBlockHash(encodeZcashHeader(fields), solution)) <= target,
              'a block meets its target',
            );
          }
          return blocks.length;
        });
      },
    },
  ];
}

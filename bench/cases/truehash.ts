import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset, TrueHasher } from '@adit/pow';
import { encodeHex, equalBytes } from '@adit/primitives';
import { type BenchCase, must, rate } from '../case.ts';
import { naiveTrueHash, tapsOf } from '../naive/truehash.ts';

const HASHES_A_CALL = 500;

export function truehashCases(): BenchCase[] {
  const headerHash = Uint8Array.from({ length: 32 }, (_, i) => i);
  let nonce = 0n;
  return [
    {
      name: 'truehash.hash_per_s',
      unit: 'hashes/s',
      better: 'higher',
      naive: 'truehash.naive_per_s',
      prepare: () => {
        const hasher = new TrueHasher(TrueHashDataset.epoch0());
        return rate(() => {
          // With target zero no half is below it, so the kernel hashes the whole range.
          const { tried } = hasher.scan(headerHash, nonce, HASHES_A_CALL, 0n);
          nonce += BigInt(tried);
          return tried;
        });
      },
    },
    {
      name: 'truehash.naive_per_s',
      unit: 'hashes/s',
      better: 'higher',
      prepare: () => {
        const dataset = TrueHashDataset.epoch0();
        const taps = tapsOf(dataset.masks);
        const expected = new TrueHasher(dataset).hash(headerHash, 7n);
        must(equalBytes(naiveTrueHash(taps, headerHash, 7n), expected), 'naive hashes alike');
        return rate(() => {
          naiveTrueHash(taps, headerHash, nonce++);
          return 1;
        });
      },
    },
    {
      name: 'truehash.dataset_ms',
      unit: 'ms',
      better: 'lower',
      prepare: () => {
        const seeds = epoch0Seeds();
        const builds = rate(() => {
          must(encodeHex(TrueHashDataset.fromSeeds(seeds).hash) === EPOCH0_DATASET_HASH, 'the dataset hash');
          return 1;
        });
        return { measure: async (milliseconds) => 1000 / (await builds.measure(milliseconds)) };
      },
    },
  ];
}

// Attempts at TrueHash and headers: random bytes of any length, and numbers of any size.
import assert from 'node:assert/strict';
import {
  blockHalf,
  decodeZcashHeader,
  encodeZcashHeader,
  fruitHalf,
  TrueHashDataset,
  TrueHasher,
} from '@adit/pow';
import type { Random } from '@adit/test-kit/random';
import { BUILDS } from '../support/builds.ts';
import { type FuzzTarget, refusedOr } from './target.ts';

const MASKS_BYTES = 81_920;
const SEEDS_BYTES = 163_840;

export function otherTargets(): FuzzTarget[] {
  return [hashTarget(), scanTarget(), masksTarget(), seedsTarget(), headerTarget()];
}

/** A number of 64 bits in most cases; otherwise a larger or a negative one. */
function number(random: Random, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < bits; i += 32) value = (value << 32n) | BigInt(random.uint32());
  if (random.chance(16))
    return random.pick([-value, value << 1n, 0n, 1n << BigInt(bits), (1n << BigInt(bits)) - 1n]);
  return value;
}

function hashersOf(dataset: TrueHashDataset): TrueHasher[] {
  return BUILDS.map((build) => new TrueHasher(dataset, { build }));
}

function hashTarget(): FuzzTarget {
  const hashers = hashersOf(TrueHashDataset.epoch0());
  return {
    name: 'truehash of one nonce',
    attempt: (random) => {
      const header = random.bytes(random.chance(8) ? random.length([0, 32]) : 32);
      const nonce = number(random, 64);
      const [a, b] = hashers.map((hasher) => refusedOr(() => hasher.hash(header, nonce)));
      assert.deepEqual(a, b, 'the builds disagree');
      const fair = header.length === 32 && nonce >= 0n && nonce < 1n << 64n;
      assert.equal(a !== undefined, fair, 'refused a good input or accepted a bad one');
    },
  };
}

function scanTarget(): FuzzTarget {
  const [hasher] = hashersOf(TrueHashDataset.epoch0());
  return {
    name: 'truehash of a range',
    attempt: (random) => {
      const header = random.bytes(32);
      const start = number(random, 64);
      const target = number(random, 128) >> BigInt(random.below(12));
      const count = random.chance(16) ? random.pick([-1, 0.5, Number.NaN, 2 ** 40]) : random.below(20);
      const result = refusedOr(() => hasher?.scan(header, start, count, target));
      if (result === undefined) return;
      assert.ok(result.tried <= count);
      if (result.found === undefined) return;
      const { nonce, digest } = result.found;
      assert.equal(nonce, BigInt.asUintN(64, start + BigInt(result.tried - 1)));
      assert.deepEqual(digest, hasher?.hash(header, nonce));
      assert.ok(blockHalf(digest) < target || fruitHalf(digest) < target, 'found a nonce above the target');
    },
  };
}

/** Masks that no dataset has. A worker gets its masks from another thread, and must not crash with any. */
function masksTarget(): FuzzTarget {
  return {
    name: 'truehash of any masks',
    attempt: (random) => {
      const masks = new Uint8Array(random.chance(8) ? random.length([0, MASKS_BYTES]) : MASKS_BYTES);
      for (let i = random.below(2000); i > 0; i -= 1)
        masks[random.below(MASKS_BYTES)] = random.uint32() & 255;
      const parts = { hash: random.bytes(32), masks };
      const dataset = refusedOr(() => TrueHashDataset.fromParts(parts));
      assert.equal(dataset !== undefined, masks.length === MASKS_BYTES);
      if (dataset === undefined) return;
      const header = random.bytes(32);
      const [a, b] = hashersOf(dataset).map((hasher) => hasher.hash(header, 5n));
      assert.deepEqual(a, b, 'the builds disagree');
    },
  };
}

function seedsTarget(): FuzzTarget {
  return {
    name: 'dataset seeds',
    attempt: (random) => {
      const length = random.pick([
        0,
        16,
        SEEDS_BYTES - 16,
        SEEDS_BYTES - 1,
        SEEDS_BYTES + 1,
        2 * SEEDS_BYTES,
      ]);
      assert.equal(
        refusedOr(() => TrueHashDataset.fromSeeds(new Uint8Array(length))),
        undefined,
      );
    },
  };
}

function headerTarget(): FuzzTarget {
  return {
    name: 'zcash header',
    attempt: (random) => {
      const bytes = random.bytes(random.chance(2) ? 140 : random.length([0, 140, 1487]));
      const header = refusedOr(() => decodeZcashHeader(bytes));
      assert.equal(header !== undefined, bytes.length === 140);
      if (header !== undefined) assert.deepEqual(encodeZcashHeader(header), bytes);
    },
  };
}

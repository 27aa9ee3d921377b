import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blockHalf,
  EPOCH0_DATASET_HASH,
  epoch0Seeds,
  fruitHalf,
  TrueHashDataset,
  TrueHasher,
  trueTargetFromDifficulty,
} from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { COUNTING_SEEDS, EPOCH0_DIGESTS } from '../fixtures/known-facts.ts';
import { referenceDatasetHash, referenceRowsOfSeeds, referenceTrueHash } from '../reference/truehash.ts';
import { describeBuilds } from '../support/builds.ts';
import { coded, hex } from '../support/vectors.ts';

const SEEDS_BYTES = 163_840;
const countingSeeds = new Uint8Array(SEEDS_BYTES).map((_, i) => (i >> 4) & 255);
const headerHash = hex(EPOCH0_DIGESTS[0]?.headerHash ?? '');
const epoch0 = TrueHashDataset.epoch0();

describeBuilds('the dataset of epoch 0', {}, (build) => {
  const hasher = new TrueHasher(epoch0, { build });

  it('is built with the same hash from its artificial seeds', () => {
    const rebuilt = TrueHashDataset.fromSeeds(epoch0Seeds());
    assert.equal(encodeHex(rebuilt.hash), EPOCH0_DATASET_HASH);
    assert.deepEqual(rebuilt.masks, epoch0.masks);
    assert.equal(encodeHex(epoch0.hash), EPOCH0_DATASET_HASH);
  });

  it('gives the digests of the reference programs', () => {
    for (const { headerHash, nonce, digest } of EPOCH0_DIGESTS) {
      assert.equal(encodeHex(hasher.hash(hex(headerHash), nonce)), digest);
    }
  });

  it('gives the digests of the slow reference', () => {
    const rows = referenceRowsOfSeeds(epoch0Seeds());
    const header = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const nonce = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    fc.assert(
      fc.property(header, nonce, (bytes, value) => {
        assert.deepEqual(hasher.hash(bytes, value), referenceTrueHash(rows, bytes, value));
      }),
      { numRuns: 5 },
    );
  });
});

describeBuilds('a dataset of seeds', {}, (build) => {
  const hasher = new TrueHasher(epoch0, { build });

  it('has the hash and the digests of the reference programs', () => {
    const dataset = TrueHashDataset.fromSeeds(countingSeeds);
    assert.equal(encodeHex(dataset.hash), COUNTING_SEEDS.datasetHash);
    const digest = new TrueHasher(dataset, { build }).hash(
      hex(COUNTING_SEEDS.headerHash),
      COUNTING_SEEDS.nonce,
    );
    assert.equal(encodeHex(digest), COUNTING_SEEDS.digest);
  });

  it('equals the dense dataset of the slow reference', () => {
    const seeds = new Uint8Array(SEEDS_BYTES).map((_, i) => Math.imul(i, 2654435761) >>> 13);
    const rows = referenceRowsOfSeeds(seeds);
    const dataset = TrueHashDataset.fromSeeds(seeds);
    assert.deepEqual(dataset.hash, referenceDatasetHash(rows));
    assert.deepEqual(
      new TrueHasher(dataset, { build }).hash(headerHash, 99n),
      referenceTrueHash(rows, headerHash, 99n),
    );
  });

  it('cannot be built with a seed missing', () => {
    for (const length of [0, SEEDS_BYTES - 1, SEEDS_BYTES + 16]) {
      assert.throws(() => TrueHashDataset.fromSeeds(new Uint8Array(length)), coded('ADIT_BAD_SEEDS'));
    }
  });

  it('can be made of its parts', () => {
    const copy = TrueHashDataset.fromParts({ hash: epoch0.hash, masks: epoch0.masks });
    assert.deepEqual(new TrueHasher(copy, { build }).hash(headerHash, 7n), hasher.hash(headerHash, 7n));
    const short = { hash: epoch0.hash, masks: epoch0.masks.subarray(1) };
    assert.throws(() => TrueHashDataset.fromParts(short), coded('ADIT_BAD_DATASET'));
    const other = { hash: epoch0.hash.subarray(1), masks: epoch0.masks };
    assert.throws(() => TrueHashDataset.fromParts(other), coded('ADIT_BAD_DATASET'));
  });

  it('of zeros only gives the hash of 256 zero bytes', () => {
    const zero = TrueHashDataset.fromParts({ hash: new Uint8Array(32), masks: new Uint8Array(81_920) });
    assert.equal(
      encodeHex(new TrueHasher(zero, { build }).hash(headerHash, 3n)),
      '47af990afa74cf47281fe85246e796e7963fce8e05c443d221aaf1ebaf238b1d',
    );
  });
});

describeBuilds('a scan', {}, (build) => {
  const hasher = new TrueHasher(epoch0, { build });
  /** A target between the best and the second best of nonces 0 to 99. */
  const digests = Array.from({ length: 100 }, (_, i) => hasher.hash(headerHash, BigInt(i)));
  const best = digests.map((digest) => {
    const [block, fruit] = [blockHalf(digest), fruitHalf(digest)];
    return block < fruit ? block : fruit;
  });

  it('stops at the first nonce with a half below the target', () => {
    for (const [from, count, target] of [
      [0, 100, 1n << 126n],
      [17, 50, 1n << 124n],
      [0, 100, (1n << 128n) - 1n],
      [5, 95, 1n << 122n],
    ] as const) {
      const at = best.findIndex((half, i) => i >= from && i < from + count && half < target);
      const { tried, found } = hasher.scan(headerHash, BigInt(from), count, target);
      assert.equal(found?.nonce, at < 0 ? undefined : BigInt(at));
      assert.deepEqual(found?.digest, at < 0 ? undefined : digests[at]);
      assert.equal(tried, at < 0 ? count : at - from + 1);
    }
  });

  it('does not count the target itself as below', () => {
    const lowest = best.reduce((a, b) => (a < b ? a : b));
    assert.equal(hasher.scan(headerHash, 0n, 100, lowest).found, undefined);
    assert.equal(hasher.scan(headerHash, 0n, 100, lowest + 1n).found?.nonce, BigInt(best.indexOf(lowest)));
  });

  it('continues at zero after the last nonce', () => {
    const start = (1n << 64n) - 3n;
    const first = best.findIndex((half) => half < 1n << 125n);
    const { found } = hasher.scan(headerHash, start, 100, 1n << 125n);
    const early = [0n, 1n, 2n]
      .map((i) => start + i)
      .find((nonce) => {
        const digest = hasher.hash(headerHash, nonce);
        return blockHalf(digest) < 1n << 125n || fruitHalf(digest) < 1n << 125n;
      });
    assert.equal(found?.nonce, early ?? BigInt(first));
    assert.equal(hasher.scan(headerHash, start, 5, 0n).tried, 5);
  });

  it('of zero nonces tries none', () => {
    assert.deepEqual(hasher.scan(headerHash, 0n, 0, (1n << 128n) - 1n), { tried: 0 });
  });

  it('refuses inputs out of their bounds', () => {
    const bad = coded('ADIT_BAD_TRUEHASH_INPUT');
    assert.throws(() => hasher.scan(headerHash, 0n, -1, 1n), bad);
    assert.throws(() => hasher.scan(headerHash, 0n, 1.5, 1n), bad);
    assert.throws(() => hasher.scan(headerHash, 0n, 2 ** 26 + 1, 1n), bad);
    assert.throws(() => hasher.scan(headerHash, 0n, 1, 1n << 128n), bad);
    assert.throws(() => hasher.scan(headerHash, -1n, 1, 1n), bad);
    assert.throws(() => hasher.hash(headerHash, 1n << 64n), bad);
    assert.throws(() => hasher.hash(new Uint8Array(31), 0n), bad);
  });
});

describe('targets and halves', () => {
  it('are floor(2^128 / difficulty), limited to 16 bytes', () => {
    assert.equal(trueTargetFromDifficulty(1n), (1n << 128n) - 1n);
    assert.equal(trueTargetFromDifficulty(2n), 1n << 127n);
    assert.equal(trueTargetFromDifficulty(3n), (1n << 128n) / 3n);
    assert.equal(trueTargetFromDifficulty(1n << 200n), 0n);
    assert.throws(() => trueTargetFromDifficulty(0n), coded('ADIT_BAD_DIFFICULTY'));
  });

  it('are read big-endian', () => {
    const digest = Uint8Array.from({ length: 32 }, (_, i) => i);
    assert.equal(blockHalf(digest), 0x000102030405060708090a0b0c0d0e0fn);
    assert.equal(fruitHalf(digest), 0x101112131415161718191a1b1c1d1e1fn);
    assert.throws(() => blockHalf(new Uint8Array(16)), coded('ADIT_BAD_TRUEHASH_INPUT'));
  });
});

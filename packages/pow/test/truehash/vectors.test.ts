import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  blockHalf,
  epoch0Seeds,
  fruitHalf,
  sha3256,
  sha3512,
  TrueHashDataset,
  TrueHasher,
  trueTargetFromDifficulty,
} from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { referenceColumns, referenceRowsOfSeeds, referenceTrueHash } from '../reference/truehash.ts';
import { describeBuilds } from '../support/builds.ts';
import { hex, needsVectors, readVectors } from '../support/vectors.ts';

interface Pair {
  readonly headerHash: string;
  readonly nonceDec: string;
  readonly mixDigest: string;
  readonly blockHalf: string;
  readonly fruitHalf: string;
}
interface DatasetFile {
  readonly datasetHash: string;
  readonly seedsHex?: string;
  readonly tableSha3_256: readonly string[];
  readonly sampledWordsHex: Readonly<Record<string, string>>;
  readonly sha3_256OfConcatenatedSeeds?: string;
  readonly pairs: readonly Pair[];
}

const countingSeeds = new Uint8Array(163_840).map((_, i) => (i >> 4) & 255);

for (const [file, seedsOf] of [
  ['epoch0-dataset', () => epoch0Seeds()],
  ['updated-dataset-A', (data: DatasetFile) => hex(data.seedsHex ?? '')],
  ['updated-dataset-B', () => countingSeeds],
] as const) {
  describeBuilds(`the vectors of ${file}`, needsVectors, (build) => {
    const data = readVectors<DatasetFile>(`truehash/${file}.json`);
    const seeds = seedsOf(data);
    const dataset = TrueHashDataset.fromSeeds(seeds);

    it('agree on seeds and dataset hash', () => {
      if (data.sha3_256OfConcatenatedSeeds !== undefined) {
        assert.equal(encodeHex(sha3256(seeds)), data.sha3_256OfConcatenatedSeeds);
      }
      assert.equal(encodeHex(dataset.hash), data.datasetHash);
    });

    it('agree on the masks: on each table, and on each sampled word in dense form', () => {
      const dense = denseOf(dataset.masks);
      for (const [table, hash] of data.tableSha3_256.entries()) {
        const bytes = dense.subarray(table * 524_288, (table + 1) * 524_288);
        assert.equal(encodeHex(sha3256(bytes)), hash, `table ${table}`);
      }
      const words = new DataView(dense.buffer);
      for (const [word, value] of Object.entries(data.sampledWordsHex)) {
        if (Number(word) >= 1_048_576) continue;
        assert.equal(words.getBigUint64(8 * Number(word), true), BigInt(`0x${value}`), `word ${word}`);
      }
    });

    it('agree on all digests and their halves', () => {
      const hasher = new TrueHasher(dataset, { build });
      for (const pair of data.pairs) {
        const digest = hasher.hash(hex(pair.headerHash), BigInt(pair.nonceDec));
        assert.equal(encodeHex(digest), pair.mixDigest);
        assert.equal(blockHalf(digest), BigInt(`0x${pair.blockHalf}`));
        assert.equal(fruitHalf(digest), BigInt(`0x${pair.fruitHalf}`));
      }
    });
  });
}

describe('the rows of epoch 0', needsVectors, () => {
  it('are the embedded ones', () => {
    const { off, sk } = readVectors<{ off: string; sk: string }>('truehash/epoch0-rows.json');
    const rows = referenceRowsOfSeeds(epoch0Seeds());
    assert.equal(rows.map(({ offset }) => offset + 4).join(''), off);
    assert.equal(rows.map(({ skip }) => skip - 1).join(''), sk);
    assert.deepEqual(referenceColumns(0, { offset: -4, skip: 1 }), [0]);
  });

  it('give the published artificial seeds', () => {
    const file = readVectors<{ seedsHex: string; sha3_256OfSeeds: string }>(
      'truehash/epoch0-equivalent-seeds.json',
    );
    assert.equal(encodeHex(epoch0Seeds()), file.seedsHex);
    assert.equal(encodeHex(sha3256(epoch0Seeds())), file.sha3_256OfSeeds);
  });
});

describeBuilds('the step traces of epoch 0', needsVectors, (build) => {
  interface Trace {
    headerHash: string;
    nonceDec: string;
    preimage64: string;
    sha3_512: string;
    finalSwapped: string;
    digest: string;
  }
  it('agree at the front and at the end, and with the slow reference in between', () => {
    const rows = referenceRowsOfSeeds(epoch0Seeds());
    const hasher = new TrueHasher(TrueHashDataset.epoch0(), { build });
    for (const trace of readVectors<{ traces: Trace[] }>('truehash/epoch0-step-trace.json').traces) {
      const header = hex(trace.headerHash);
      const nonce = BigInt(trace.nonceDec);
      assert.equal(encodeHex(sha3512(hex(trace.preimage64))), trace.sha3_512);
      assert.equal(encodeHex(sha3256(hex(trace.finalSwapped))), trace.digest);
      assert.equal(encodeHex(hasher.hash(header, nonce)), trace.digest);
      assert.equal(encodeHex(referenceTrueHash(rows, header, nonce)), trace.digest);
    }
  });
});

describeBuilds('the targets of the node', needsVectors, (build) => {
  interface Targets {
    pairs: { difficulty: string; target: string }[];
    scan: {
      headerHash: string;
      difficultyBothHalves: string;
      startNonce: string;
      firstSolutionNonce: string;
      hashesTried: number;
      digest: string;
    };
  }
  it('are computed exactly', () => {
    for (const { difficulty, target } of readVectors<Targets>('truehash/targets.json').pairs) {
      const value = BigInt(`0x${target}`);
      // Difficulty 1 gives 2^128, which does not fit the 16 bytes on the wire.
      const expected = value >> 128n === 0n ? value : value - 1n;
      assert.equal(trueTargetFromDifficulty(BigInt(difficulty)), expected);
    }
  });

  it('are met as the node says', () => {
    const { scan } = readVectors<Targets>('truehash/targets.json');
    const hasher = new TrueHasher(TrueHashDataset.epoch0(), { build });
    const target = trueTargetFromDifficulty(BigInt(scan.difficultyBothHalves));
    const { tried, found } = hasher.scan(hex(scan.headerHash), BigInt(scan.startNonce), 1000, target);
    assert.equal(tried, scan.hashesTried);
    assert.equal(found?.nonce, BigInt(scan.firstSolutionNonce));
    assert.equal(encodeHex(found?.digest ?? new Uint8Array()), scan.digest);
  });
});

describeBuilds('the blocks that a real node accepted', needsVectors, (build) => {
  interface Submission {
    headerHash: string;
    nonceHexBE: string;
    mixDigest: string;
    fruitTarget: string;
    blockTarget: string;
    meets: string | null;
  }
  it('have the digests that we compute', () => {
    const hasher = new TrueHasher(TrueHashDataset.epoch0(), { build });
    const { submissions } = readVectors<{ submissions: Submission[] }>('truehash/devnet-accepted.json');
    for (const { headerHash, nonceHexBE, mixDigest } of submissions) {
      assert.equal(encodeHex(hasher.hash(hex(headerHash), BigInt(`0x${nonceHexBE}`))), mixDigest);
    }
  });
});

describeBuilds('the all-zero dataset of the node’s own test', needsVectors, (build) => {
  it('gives its digest', () => {
    const { headerHash, nonceDec, digest } = readVectors<
      Record<'headerHash' | 'nonceDec' | 'digest', string>
    >('truehash/zero-dataset.json');
    const zero = TrueHashDataset.fromParts({ hash: new Uint8Array(32), masks: new Uint8Array(81_920) });
    assert.equal(encodeHex(new TrueHasher(zero, { build }).hash(hex(headerHash), BigInt(nonceDec))), digest);
  });
});

/** @returns the 8 MiB of rows that the masks stand for */
function denseOf(masks: Uint8Array): Uint8Array {
  const dense = new Uint8Array(8 * 1024 * 1024);
  for (let table = 0; table < 16; table += 1) {
    for (let d = 0; d < 20; d += 1) {
      for (let x = 0; x < 2048; x += 1) {
        const mask = masks[(table * 20 + d) * 256 + (x >> 3)] ?? 0;
        if (((mask >> (x & 7)) & 1) === 0) continue;
        const column = x + d - 12;
        const at = (table * 2048 + x) * 256 + (column >> 3);
        dense[at] = (dense[at] ?? 0) | (1 << (column & 7));
      }
    }
  }
  return dense;
}

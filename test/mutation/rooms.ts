// The sources to mutate, and the tests that must notice. Paths are relative to the checkout; globs are those of Node.

/** A change that breaks a line on purpose. If the tests of the room do not fail then, their score means nothing. */
export interface Plant {
  readonly file: string;
  /** A text that occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

export interface Room {
  readonly name: string;
  readonly sources: readonly string[];
  /** The test files of the room, quick ones first: to Stryker each file is a test, and the first one that fails ends a run. */
  readonly tests: readonly string[];
  /** Test files to leave out. docs/mutation-testing.md has the reason of each. */
  readonly withoutTests: readonly string[];
  readonly plant: Plant;
}

export const ROOMS: readonly Room[] = [
  {
    name: 'primitives',
    sources: ['packages/primitives/src/**/*.ts'],
    tests: ['packages/primitives/test/**/*.test.ts'],
    withoutTests: [],
    // The decoder accepts a wrong digit.
    plant: { file: 'packages/primitives/src/hex.ts', from: 'return all >= 0;', to: 'return all >= -1;' },
  },
  {
    name: 'stratum',
    sources: ['packages/stratum/src/**/*.ts'],
    tests: ['packages/stratum/test/**/*.test.ts'],
    // It simulates fleets for seconds, and finds only a few mutants, which vardiff.test.ts finds too.
    withoutTests: [
      'packages/stratum/test/vardiff-fleet.test.ts',
      'packages/stratum/test/vardiff-works.test.ts',
    ],
    // The session judges the first share of a job by the target of the job before.
    plant: {
      file: 'packages/stratum/src/grants.ts',
      from: 'findLast((grant) => grant.from <= number)',
      to: 'findLast((grant) => grant.from < number)',
    },
  },
  {
    name: 'money',
    sources: ['packages/money/src/**/*.ts'],
    tests: ['packages/money/test/**/*.test.ts'],
    withoutTests: [],
    // The oldest share of a window counts whole.
    plant: {
      file: 'packages/money/src/schemes/window-round.ts',
      from: 'share.score < missing ? share.score : missing',
      to: 'share.score',
    },
  },
  {
    name: 'shares',
    // The decisions on a decoded share: its job, duplicates, the checks of both chains, the verdict.
    sources: [
      'packages/pool/src/shares/job-book.ts',
      'packages/pool/src/shares/duplicates.ts',
      'packages/pool/src/zcash/engine.ts',
      'packages/pool/src/zcash/jobs.ts',
      'packages/pool/src/zcash/share-faults.ts',
      'packages/pool/src/truechain/engine.ts',
      'packages/pool/src/truechain/jobs.ts',
      'packages/pool/src/truechain/share.ts',
      'packages/pool/src/shares/verdicts.ts',
    ],
    tests: [
      'packages/pool/test/job-book.test.ts',
      'packages/pool/test/duplicates.test.ts',
      'packages/pool/test/zcash-shares.test.ts',
      'packages/pool/test/truechain-shares.test.ts',
      'packages/pool/test/zcash-header-spaces.test.ts',
      'packages/pool/test/zcash-jobs.test.ts',
      'packages/pool/test/truechain-engine.test.ts',
      'packages/pool/test/zcash-engine.test.ts',
    ],
    withoutTests: [],
    // The mutant refuses a hash below the target of its job, and accepts one above it.
    plant: {
      file: 'packages/pool/src/zcash/share-faults.ts',
      from: 'if (value > target) {',
      to: 'if (value < target) {',
    },
  },
];

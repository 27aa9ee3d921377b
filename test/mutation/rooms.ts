// What is mutated, and which tests have to notice. Paths are relative to the checkout, globs are Node's.

/** A line that is broken on purpose: if the room's tests do not fail then, no score of theirs means anything. */
export interface Plant {
  readonly file: string;
  /** Occurs once in the file. */
  readonly from: string;
  readonly to: string;
}

export interface Room {
  readonly name: string;
  readonly sources: readonly string[];
  /** The room's own test files, the quick ones first: each one is a test to Stryker, and the first that fails ends a run. */
  readonly tests: readonly string[];
  /** Test files that match but are left out, each with its reason in docs/mutation-testing.md. */
  readonly withoutTests: readonly string[];
  readonly plant: Plant;
}

export const ROOMS: readonly Room[] = [
  {
    name: 'primitives',
    sources: ['packages/primitives/src/**/*.ts'],
    tests: ['packages/primitives/test/**/*.test.ts'],
    withoutTests: [],
    // A decoder that lets a wrong digit through.
    plant: { file: 'packages/primitives/src/hex.ts', from: 'return all >= 0;', to: 'return all >= -1;' },
  },
  {
    name: 'stratum',
    sources: ['packages/stratum/src/**/*.ts'],
    tests: ['packages/stratum/test/**/*.test.ts'],
    // Seconds of simulated fleets for a handful of mutants that vardiff.test.ts finds as well.
    withoutTests: [
      'packages/stratum/test/vardiff-fleet.test.ts',
      'packages/stratum/test/vardiff-works.test.ts',
    ],
    // The first share of a job is judged by the target of the job before it.
    plant: {
      file: 'packages/stratum/src/grants.ts',
      from: 'findLast((grant) => grant.from <= number)',
      to: 'findLast((grant) => grant.from < number)',
    },
  },
  {
    name: 'shares',
    // What decides on a share once it is decoded: the jobs it may be for, duplicates, the checks of both chains, the verdict.
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
    // A hash below the target of its job is refused, one above it is a share.
    plant: {
      file: 'packages/pool/src/zcash/engine.ts',
      from: 'if (value > target) {',
      to: 'if (value < target) {',
    },
  },
];

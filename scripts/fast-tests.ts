import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A test that starts a process takes seconds, or needs another program. Helpers start `adit` for some of them. */
const STARTS_PROCESS =
  /from '(?:node:child_process|@adit\/test-kit\/(?:pool-process|silent-pipe)|\.\/support\/started-pool\.ts)'/;

/**
 * Tests of rooms that `npm test -- --fast` leaves out besides those that start processes: folders and files with their
 * reasons. A file belongs here when it takes three seconds of processor time or more. A test fails for an entry that
 * does not exist.
 */
export const SLOW_TESTS: Readonly<Record<string, string>> = {
  'packages/api/test/admin-server.test.ts': 'waits for the time limits of requests',
  'packages/api/test/public-attacks.test.ts':
    'waits for the time limits of requests, and opens hundreds of connections',
  'packages/chain/test/truechain/seeds.test.ts': 'builds datasets',
  'packages/chain/test/truechain/several-nodes.test.ts': 'mines on several devnets',
  'packages/chain/test/truechain/work-source.test.ts': 'mines on devnets and builds datasets',
  'packages/chain/test/zcash/template-reader.test.ts': 'starts threads and reads long templates',
  'packages/chain/test/zcash/several-nodes.test.ts': 'mines on several devnets',
  'packages/chain/test/zcash/reserve.test.ts': 'mines on several devnets',
  'packages/cli/test/check-command.test.ts': 'runs commands against devnets',
  'packages/cli/test/every-mistake.test.ts': 'misspells every key of the configuration in many ways',
  'packages/cli/test/ledger-fpps.test.ts': 'runs a ledger and its commands until shares are paid',
  'packages/cli/test/ledger-pays.test.ts': 'mines on devnets with wallets until they are paid',
  'packages/cli/test/probe-command.test.ts': 'runs the whole probe against a pool',
  'packages/conformance/test/miner': 'the checks wait by the wall clock, as with real miners',
  'packages/conformance/test/pool': 'the checks wait by the wall clock, as with real pools',
  'packages/journal/test/cut-files.test.ts': 'opens a journal for each way to cut a file',
  'packages/journal/test/journal.test.ts': 'waits for many commits to disk',
  'packages/ledger/test/ingest-property.test.ts': 'ingests hundreds of made-up journals',
  'packages/ledger/test/lease.test.ts': 'starts processes that are paused and killed',
  'packages/ledger/test/postgresql-conformance.test.ts': 'starts a PostgreSQL server',
  'packages/ledger/test/postgresql-failures.test.ts': 'starts a PostgreSQL server',
  'packages/ledger/test/postgresql-lease.test.ts': 'starts a PostgreSQL server',
  'packages/ledger/test/sqlite-failures.test.ts': 'starts a process, and compiles a library',
  'packages/ledger/test/simulator.test.ts': 'simulates payouts in hundreds of worlds',
  'packages/miner/test/true-miner.test.ts': 'mines with threads',
  'packages/miner/test/zcash-miner.test.ts': 'mines with threads',
  'packages/pool/test/candidate-store.test.ts': 'writes thousands of files',
  'packages/pool/test/data-folder.test.ts': 'starts whole pools',
  'packages/pool/test/hanging-journal.test.ts': 'waits by the wall clock for a disk that hangs',
  'packages/pool/test/loose-target.test.ts': 'simulates miners for hours of virtual time',
  'packages/pool/test/nonce1-pool.test.ts': 'starts whole pools',
  'packages/pool/test/one-price-foreseen.test.ts': 'simulates a greedy miner',
  'packages/pool/test/one-price-truestratum-foreseen.test.ts': 'simulates a greedy miner',
  'packages/pool/test/one-price-truestratum.test.ts': 'simulates a greedy miner',
  'packages/pool/test/one-price.test.ts': 'simulates a greedy miner',
  'packages/pool/test/restored-leases.test.ts': 'hands out tens of thousands of values',
  'packages/pool/test/seed-budget.test.ts': 'sends seeds by the megabyte',
  'packages/pool/test/stratum-port.test.ts': 'waits for the time limits of connections',
  'packages/pool/test/toy-family.test.ts': 'starts whole pools',
  'packages/pow/test/browser': 'starts a browser',
  'packages/pow/test/equihash/solver.test.ts': 'solves Equihash 200,9',
  'packages/pow/test/equihash/vectors.test.ts': 'solves Equihash 200,9 for every vector',
  'packages/pow/test/fuzz': 'fuzzes for seconds',
  'packages/pow/test/threads/verifier-sequences.test.ts': 'runs hundreds of random sequences',
  'packages/pow/test/truehash/truehash.test.ts': 'hashes with the slow reference',
  'packages/stratum/test/vardiff-fleet.test.ts': 'simulates fleets of miners',
  'packages/wallets/test/zecd/answers.test.ts': 'mines on devnets with wallets',
  'packages/wallets/test/zecd/never-twice.test.ts': 'drives payouts over hundreds of blocks',
  'packages/wallets/test/zecd/traps.test.ts': 'mines on a devnet with wallets for each trap',
  'packages/wallets/test/zcash/nodes.test.ts': 'mines on several devnets with wallets',
};

/**
 * Whether a test file belongs to the fast ones: a room's own test that starts no process, and is not known as slow.
 * @param root the checkout @param file relative to it, with `/`
 */
export function isFast(root: string, file: string): boolean {
  if (!file.startsWith('packages/')) return false;
  if (Object.keys(SLOW_TESTS).some((slow) => file === slow || file.startsWith(`${slow}/`))) return false;
  return !STARTS_PROCESS.test(readFileSync(path.join(root, file), 'utf8'));
}

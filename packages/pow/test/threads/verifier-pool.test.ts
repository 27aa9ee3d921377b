import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { EPOCH0_DATASET_HASH, epoch0Seeds, TrueHashDataset } from '@adit/pow';
import { VerifierPool, type VerifierPoolModules, type VerifierPoolOptions } from '@adit/pow/threads';
import { encodeHex } from '@adit/primitives';
import { DOCUMENT_SHARE, EPOCH0_DIGESTS } from '../fixtures/known-facts.ts';
import { coded, hex } from '../support/vectors.ts';

const ZCASH = { n: 200, k: 9, personalization: 'ZcashPoW' } as const;
const header = hex(DOCUMENT_SHARE.header);
const solution = hex(DOCUMENT_SHARE.solution).subarray(3);
const badHeader = header.map((byte, i) => (i === 50 ? byte ^ 1 : byte));

function open(t: TestContext, options: Partial<VerifierPoolOptions> = {}, modules: VerifierPoolModules = {}) {
  const pool = new VerifierPool({ threads: 2, maxQueued: 1000, ...options }, modules);
  t.after(() => pool.close());
  return pool;
}

/** Workers that the test can end, in the order in which they were made. */
function watchedWorkers() {
  const workers: Worker[] = [];
  const createWorker = () => {
    const worker = new Worker(new URL('../../src/threads/verify-worker.ts', import.meta.url));
    workers.push(worker);
    return worker;
  };
  return { workers, createWorker };
}

describe('the verifier pool', () => {
  it('answers each job with its own verdict', async (t) => {
    const pool = open(t);
    const jobs = Array.from({ length: 200 }, (_, i) =>
      pool.verifyEquihash(
        ZCASH,
        i % 3 === 0 ? badHeader : header,
        i % 5 === 0 ? solution.subarray(1) : solution,
      ),
    );
    assert.equal(pool.queued, 200);
    const verdicts = await Promise.all(jobs);
    for (const [i, verdict] of verdicts.entries()) {
      assert.equal(verdict, i % 5 === 0 ? 'wrong_length' : i % 3 === 0 ? 'collision' : 'valid', `job ${i}`);
    }
    assert.equal(pool.queued, 0);
  });

  it('copies a job when it is handed over', async (t) => {
    const pool = open(t);
    const reused = header.slice();
    const verdict = pool.verifyEquihash(ZCASH, reused, solution);
    reused.fill(0);
    assert.equal(await verdict, 'valid');
  });

  it('hashes with the datasets that it was given', async (t) => {
    const pool = open(t);
    const dataset = TrueHashDataset.epoch0();
    const [first] = EPOCH0_DIGESTS;
    assert.ok(first !== undefined);
    const headerHash = hex(first.headerHash);
    await assert.rejects(pool.trueHash(dataset.hash, headerHash, 0n), coded('ADIT_UNKNOWN_DATASET'));
    pool.addDataset(dataset);
    pool.addDataset(dataset);
    const digests = await Promise.all(
      EPOCH0_DIGESTS.map((fact) => pool.trueHash(dataset.hash, hex(fact.headerHash), fact.nonce)),
    );
    assert.deepEqual(
      digests.map(encodeHex),
      EPOCH0_DIGESTS.map(({ digest }) => digest),
    );
    pool.dropDataset(dataset.hash);
    await assert.rejects(pool.trueHash(dataset.hash, headerHash, 0n), coded('ADIT_UNKNOWN_DATASET'));
  });

  it('bounds its datasets', (t) => {
    const pool = open(t, { threads: 1 });
    const numbered = (i: number) =>
      TrueHashDataset.fromParts({ hash: new Uint8Array(32).fill(i), masks: new Uint8Array(81_920) });
    for (let i = 0; i < 16; i += 1) pool.addDataset(numbered(i));
    assert.throws(() => pool.addDataset(numbered(16)), coded('ADIT_TOO_MANY_DATASETS'));
    pool.dropDataset(numbered(3).hash);
    pool.addDataset(numbered(16));
  });

  it('builds a dataset', async (t) => {
    const pool = open(t, { threads: 1 });
    const dataset = await pool.buildDataset(epoch0Seeds());
    assert.equal(encodeHex(dataset.hash), EPOCH0_DATASET_HASH);
    assert.deepEqual(dataset.masks, TrueHashDataset.epoch0().masks);
  });

  it('rejects with the error of the job, and answers the other jobs of the batch', async (t) => {
    const pool = open(t, { threads: 1 });
    const outcomes = await Promise.allSettled([
      pool.verifyEquihash(ZCASH, header, solution),
      pool.verifyEquihash({ ...ZCASH, n: 125, k: 4 }, header, solution),
      pool.buildDataset(new Uint8Array(5)),
      pool.verifyEquihash(ZCASH, new Uint8Array(1025), solution),
      pool.verifyEquihash(ZCASH, header, solution),
    ]);
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.code)),
      ['valid', 'ADIT_BAD_EQUIHASH_PARAMETERS', 'ADIT_BAD_SEEDS', 'ADIT_EQUIHASH_INPUT_TOO_LONG', 'valid'],
    );
  });

  it('refuses a job at once when its queue is full', async (t) => {
    const pool = open(t, { threads: 1, maxQueued: 3 });
    const accepted = [1, 2, 3].map(() => pool.verifyEquihash(ZCASH, header, solution));
    await assert.rejects(pool.verifyEquihash(ZCASH, header, solution), coded('ADIT_VERIFIER_BUSY'));
    assert.deepEqual(await Promise.all(accepted), ['valid', 'valid', 'valid']);
    assert.equal(await pool.verifyEquihash(ZCASH, header, solution), 'valid');
  });

  it('refuses options out of their bounds', () => {
    for (const options of [
      { threads: 0, maxQueued: 1 },
      { threads: 1.5, maxQueued: 1 },
      { threads: 1000, maxQueued: 1 },
      { threads: 1, maxQueued: 0 },
    ]) {
      assert.throws(() => new VerifierPool(options), coded('ADIT_BAD_VERIFIER_OPTIONS'));
    }
  });
});

describe('closing the verifier pool', () => {
  it('finishes the jobs that it has and takes no more', async (t) => {
    const pool = open(t);
    const jobs = Array.from({ length: 300 }, () => pool.verifyEquihash(ZCASH, header, solution));
    const closed = pool.close();
    await assert.rejects(pool.verifyEquihash(ZCASH, header, solution), coded('ADIT_VERIFIER_CLOSED'));
    assert.ok((await Promise.all(jobs)).every((verdict) => verdict === 'valid'));
    await closed;
    await pool.close();
  });

  it('lets the process end by itself', () => {
    const result = spawnSync(
      process.execPath,
      ['--conditions=adit-source', fileURLToPath(new URL('../support/use-and-close.ts', import.meta.url))],
      { timeout: 120_000, encoding: 'utf8' },
    );
    assert.equal(result.signal, null, 'it had to be killed');
    assert.equal(result.stdout.trim(), 'duplicate_index', result.stderr);
  });
});

describe('a worker that dies', () => {
  it('is replaced, and another worker does its jobs', async (t) => {
    const { workers, createWorker } = watchedWorkers();
    const reasons: string[] = [];
    const pool = open(t, { threads: 2 }, { createWorker, onWorkerLost: (reason) => reasons.push(reason) });
    const dataset = TrueHashDataset.epoch0();
    pool.addDataset(dataset);
    await pool.verifyEquihash(ZCASH, header, solution);
    const jobs = Array.from({ length: 400 }, () => pool.verifyEquihash(ZCASH, header, solution));
    // One job is answered; the others are in the queue or with a worker.
    await jobs[0];
    await workers[0]?.terminate();
    assert.ok((await Promise.all(jobs)).every((verdict) => verdict === 'valid'));
    assert.equal(reasons.length, 1);
    assert.equal(pool.queued, 0);
    // The new worker knows the datasets of the old one.
    const [fact] = EPOCH0_DIGESTS;
    assert.ok(fact !== undefined);
    const digests = await Promise.all(
      Array.from({ length: 64 }, () => pool.trueHash(dataset.hash, hex(fact.headerHash), fact.nonce)),
    );
    assert.ok(digests.every((digest) => encodeHex(digest) === fact.digest));
  });

  it('twice over the same job fails the job, and the pool goes on', async (t) => {
    const { workers, createWorker } = watchedWorkers();
    const lost: string[] = [];
    const pool = open(
      t,
      { threads: 1 },
      {
        createWorker: () => {
          const worker = createWorker();
          // The first two workers end while they have the job; the third lives.
          if (workers.length <= 2) void worker.terminate();
          return worker;
        },
        onWorkerLost: (reason) => lost.push(reason),
      },
    );
    await assert.rejects(pool.verifyEquihash(ZCASH, header, solution), coded('ADIT_VERIFIER_FAILED'));
    assert.equal(lost.length, 2);
    assert.equal(pool.queued, 0);
    assert.equal(await pool.verifyEquihash(ZCASH, header, solution), 'valid');
    assert.equal(workers.length, 3);
  });

  it('before its first answer is not replaced until there is work', async (t) => {
    const { workers, createWorker } = watchedWorkers();
    const { promise: gone, resolve } = Promise.withResolvers<string>();
    const pool = open(t, { threads: 1 }, { createWorker, onWorkerLost: resolve });
    await workers[0]?.terminate();
    await gone;
    assert.equal(workers.length, 1);
    assert.equal(await pool.verifyEquihash(ZCASH, header, solution), 'valid');
    assert.equal(workers.length, 2);
  });

  it('while the pool closes does not keep it from closing', async (t) => {
    const { workers, createWorker } = watchedWorkers();
    const pool = open(t, { threads: 1 }, { createWorker });
    await pool.verifyEquihash(ZCASH, header, solution);
    const jobs = Array.from({ length: 100 }, () => pool.verifyEquihash(ZCASH, header, solution));
    await jobs[0];
    const closed = pool.close();
    await workers[0]?.terminate();
    assert.ok((await Promise.all(jobs)).every((verdict) => verdict === 'valid'));
    await closed;
  });
});

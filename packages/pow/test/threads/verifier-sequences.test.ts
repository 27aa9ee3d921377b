import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AditError } from '@adit/primitives';
import fc from 'fast-check';
import { TrueHashDataset } from '../../src/index.ts';
import { type Lane, VerifierPool } from '../../src/threads/index.ts';
import { FakeWorker } from './fake-worker.ts';

const DATASET = TrueHashDataset.fromParts({ hash: new Uint8Array(32), masks: new Uint8Array(81_920) });
/** A worker has the batch that it works on, and the next one. */
const BATCHES_AHEAD = 2;
const BATCH = 32;

/** A verifier over fake workers, and the outcomes of each job: 'right' means that the job got its own answer. */
function scene(options: { threads: number; maxQueued: number; reservedForUrgent?: number }) {
  const workers: FakeWorker[] = [];
  const verifier = new VerifierPool(options, {
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker.asWorker;
    },
  });
  verifier.addDataset(DATASET);
  const fates: string[][] = [];
  const submit = (lane: Lane): number => {
    const id = fates.length;
    const fate: string[] = [];
    fates.push(fate);
    const headerHash = new Uint8Array(32);
    new DataView(headerHash.buffer).setUint32(0, id);
    verifier.trueHash(DATASET.hash, headerHash, 0n, lane).then(
      (digest) => fate.push(Buffer.compare(digest, headerHash) === 0 ? 'right' : 'another answer'),
      (error: unknown) => fate.push(error instanceof AditError ? error.code : String(error)),
    );
    return id;
  };
  const living = () => workers.filter(({ dead }) => !dead);
  return { verifier, fates, submit, living };
}

const lane = fc.record({
  group: fc.constantFrom('a', 'b', 'c'),
  member: fc.integer({ min: 0, max: 2 }),
  urgent: fc.boolean(),
});
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('submit' as const), lane, times: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('answer' as const), worker: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), worker: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
);

test('each job gets exactly one answer, its own, in any order of submissions, answers, deaths and closing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(),
      async (steps, threads, maxQueued, closeAt) => {
        const { verifier, fates, submit, living } = scene({ threads, maxQueued, reservedForUrgent: 5 });
        let deaths = 0;
        let closed: Promise<void> | undefined;
        const afterClose = new Set<number>();
        for (const [i, one] of steps.entries()) {
          if (i === closeAt % (steps.length * 2)) closed = verifier.close();
          if (one.kind === 'submit') {
            for (let k = 0; k < one.times; k += 1) {
              const id = submit(one.lane);
              if (closed !== undefined) afterClose.add(id);
            }
          } else if (one.kind === 'wait') {
            await turn();
          } else {
            const workers = living();
            const worker = workers[one.worker % workers.length];
            if (one.kind === 'answer') worker?.answer();
            else if (worker !== undefined) {
              worker.die();
              deaths += 1;
            }
          }
          assert.ok(verifier.queued <= maxQueued + 5);
          assert.ok(verifier.stats().queued >= verifier.stats().groups);
        }
        closed ??= verifier.close();
        for (await turn(); verifier.queued > 0; await turn()) {
          const answered = living().filter((worker) => worker.answer());
          assert.ok(answered.length > 0, 'jobs are open, and no worker has one');
        }
        await closed;
        for (const [id, fate] of fates.entries()) {
          assert.equal(fate.length, 1);
          const allowed = afterClose.has(id)
            ? ['ADIT_VERIFIER_CLOSED']
            : ['right', 'ADIT_VERIFIER_BUSY', ...(deaths > 1 ? ['ADIT_VERIFIER_FAILED'] : [])];
          assert.ok(allowed.includes(fate[0] ?? ''), `job ${id}: ${fate[0]}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('while others keep the queue full, a sender of one job waits for the batches under way and one round of turns', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 10 }),
      async (groups, members, batchesBefore) => {
        const { fates, submit, living, verifier } = scene({ threads: 1, maxQueued: 512 });
        let turns = 0;
        /** Submits more jobs than there are places; called again after every batch. */
        const flood = () => {
          for (let i = 0; i < 600; i += 1) {
            turns += 1;
            submit({ group: `flooder ${turns % groups}`, member: Math.floor(turns / groups) % members });
          }
        };
        flood();
        for (let i = 0; i < batchesBefore; i += 1) {
          await turn();
          living()[0]?.answer();
          flood();
        }
        await turn();
        const honest = submit({ group: 'honest', member: 1 });
        // Every group has one turn in a round, so the honest group waits for at most one job of each other group.
        const most = BATCHES_AHEAD + Math.ceil((groups + 1) / BATCH);
        let batches = 0;
        while (fates[honest]?.length === 0 && batches <= most) {
          flood();
          living()[0]?.answer();
          batches += 1;
          await turn();
        }
        assert.deepEqual(fates[honest], ['right']);
        assert.ok(batches <= most, `${batches} batches`);
        while (verifier.queued > 0) {
          living()[0]?.answer();
          await turn();
        }
        await verifier.close();
      },
    ),
    { numRuns: 40 },
  );
});

test('500 connections of one address do not crowd out another address that sends fewer jobs', async () => {
  const { fates, submit, living, verifier } = scene({ threads: 1, maxQueued: 128 });
  for (let member = 0; member < 500; member += 1) submit({ group: 'flooder', member });
  await turn();
  const honest = Array.from({ length: 20 }, (_, i) => submit({ group: 'honest', member: i % 2 }));
  for (let member = 0; member < 500; member += 1) submit({ group: 'flooder', member });
  for (await turn(); verifier.queued > 0; await turn()) living()[0]?.answer();
  await verifier.close();
  for (const id of honest) assert.deepEqual(fates[id], ['right']);
});

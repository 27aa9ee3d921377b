import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { encodeHex } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { Nonce1Thread } from '../src/nonce1/thread.ts';

const WANTED = { network: 'zcash', length: 2 };
const NOW = 1_700_000_000_000;

function open(context: TestContext, dataFolder: string) {
  const workers: Worker[] = [];
  const reasons: string[] = [];
  const createWorker = (workerData: unknown) => {
    const worker = new Worker(new URL('../src/nonce1/worker.ts', import.meta.url), { workerData });
    workers.push(worker);
    return worker;
  };
  const thread = new Nonce1Thread(
    { dataFolder, owner: 'one' },
    { onLost: (reason) => reasons.push(reason), createWorker },
  );
  context.after(() => thread.close());
  return { thread, workers, reasons };
}

test('a lock is reported as a lock, a file that is not a database as a failure, and both may pass', async (context) => {
  const data = temporaryFolder(context);
  const file = path.join(data, 'leases.db');
  const { thread } = open(context, data);
  writeFileSync(file, 'this is no database, and it is long enough to be seen as none'.repeat(20));
  await assert.rejects(thread.take(WANTED, NOW), { code: 'ADIT_LEASES_FAILED', message: /not a database/ });
  writeFileSync(file, '');
  const meddler = new Database(file);
  meddler.exec('BEGIN EXCLUSIVE');
  await assert.rejects(thread.take(WANTED, NOW), { code: 'ADIT_LEASES_LOCKED' });
  meddler.exec('COMMIT');
  assert.deepEqual((await thread.take(WANTED, NOW))?.lease, { space: 'zcash/2', start: 0, size: 1024 });
  meddler.exec('BEGIN EXCLUSIVE');
  await assert.rejects(thread.renew(NOW), { code: 'ADIT_LEASES_LOCKED' });
  meddler.exec('COMMIT');
  assert.deepEqual(await thread.renew(NOW), []);
  meddler.close();
});

test('a thread that dies is reported and started again, and no value that it leased comes twice', async (context) => {
  const { thread, workers, reasons } = open(context, temporaryFolder(context));
  const first = await thread.take(WANTED, NOW);
  const [worker] = workers;
  assert.ok(worker !== undefined);
  await worker.terminate();
  assert.equal(reasons.length, 1);
  const second = await thread.take(WANTED, NOW);
  assert.equal(workers.length, 2);
  const values = [first, second].flatMap((block) =>
    Array.from({ length: 1024 }, (_, i) =>
      encodeHex(block?.nonce1s.subarray(2 * i, 2 * i + 2) ?? new Uint8Array(0)),
    ),
  );
  assert.equal(new Set(values).size, 2048);
  assert.deepEqual(await thread.renew(NOW), [], 'both are still ours');
});

test('a request that waits for a thread that dies is rejected', async (context) => {
  const { thread, workers, reasons } = open(context, temporaryFolder(context));
  const asked = thread.take(WANTED, NOW);
  const [worker] = workers;
  assert.ok(worker !== undefined);
  void worker.terminate();
  await assert.rejects(asked, { code: 'ADIT_LEASES_FAILED' });
  assert.equal(reasons.length, 1);
});

test('renew names the leases that others took while this process slept, once', async (context) => {
  const data = temporaryFolder(context);
  const { thread } = open(context, data);
  const lease = (await thread.take(WANTED, NOW))?.lease;
  const db = new Database(path.join(data, 'leases.db'));
  db.prepare('UPDATE block SET owner = ?').run('other');
  db.close();
  assert.deepEqual(await thread.renew(NOW), [lease]);
  assert.deepEqual(await thread.renew(NOW), []);
});

test('a closed thread ends, and answers no further requests', async (context) => {
  const { thread, workers, reasons } = open(context, temporaryFolder(context));
  const asked = thread.take(WANTED, NOW);
  const [worker] = workers;
  assert.ok(worker !== undefined);
  const exit = once(worker, 'exit');
  await Promise.all([thread.close(), exit]);
  assert.equal((await asked)?.lease.start, 0, 'what was asked before is answered');
  await assert.rejects(thread.take(WANTED, NOW), { code: 'ADIT_LEASES_FAILED' });
  assert.deepEqual(reasons, []);
});

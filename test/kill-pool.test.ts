import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import { type PoolProcess, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, trueChainToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

const STEADY = { share_seconds: 600, fixed_difficulty: true };

/** Ends with the test, however that ends. */
function endWith(context: TestContext, pool: PoolProcess): void {
  context.after(() => pool.kill('SIGKILL'));
}

test('kill -9 in the middle of mining: no acknowledged Zcash share is missing, none is there twice', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const acknowledged: string[] = [];
  for (const shares of [5, 25, 60]) {
    const pool = await startPoolProcess(
      folder,
      poolToml([zcashToml(devnet.url, { ports: [{ start_difficulty: 0.01, ...STEADY }] })]),
    );
    endWith(context, pool);
    const rig = await ZcashRig.connect(pool.port, SMALL.equihash);
    await rig.job();
    // Those that are refused do not count: while the disk is slow, more come than may wait.
    const enough = acknowledged.length + shares;
    while (acknowledged.length < enough) {
      // Several at once, so that the kill falls among commits that are under way.
      const batch = await Promise.all(
        [1, 2, 3, 4, 5].map(() => rig.solve((value, target) => value <= target)),
      );
      for (const share of batch) {
        rig.submit(share).then(
          ({ result }) => {
            if (result === true) acknowledged.push(share.digest);
          },
          () => {}, // The connection ended with the process: not acknowledged.
        );
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await pool.kill('SIGKILL');
  }
  const kept = readShares(path.join(folder, 'data')).map(({ digest }) => encodeHex(digest));
  assert.deepEqual(
    acknowledged.filter((digest) => !kept.includes(digest)),
    [],
  );
  assert.equal(new Set(kept).size, kept.length);
  assert.ok(acknowledged.length >= 90);
});

test('a TrueHash share that was acknowledged before a kill -9 is a duplicate after it', async (context) => {
  const folder = temporaryFolder(context);
  // No new fast block, so that the header stays the same over the restart.
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: 1n << 40n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  context.after(() => devnet.close());
  const toml = poolToml([trueChainToml(devnet.url, { ports: [{ start_difficulty: 16, ...STEADY }] })]);
  const first = await startPoolProcess(folder, toml);
  endWith(context, first);
  const rig = await TrueRig.connect(first.port);
  const job = await rig.job();
  const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target, job);
  assert.equal((await rig.submit(share)).result, true);
  await first.kill('SIGKILL');

  const second = await startPoolProcess(folder, toml);
  endWith(context, second);
  const again = await TrueRig.connect(second.port, 'mallory');
  const newJob = await again.job();
  assert.equal(newJob[2], job[2], 'the devnet still gives the same header');
  const answer = await again.submit([String(newJob[0]), share[1]]);
  assert.deepEqual(answer.error, [22, 'Duplicate share', null]);
  assert.equal(readShares(path.join(folder, 'data')).length, 1);
});

test('SIGTERM answers what is in flight, flushes, and ends with status 0', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const pool = await startPoolProcess(
    folder,
    poolToml([zcashToml(devnet.url, { ports: [{ start_difficulty: 0.01, ...STEADY }] })]),
  );
  endWith(context, pool);
  const rig = await ZcashRig.connect(pool.port, SMALL.equihash);
  await rig.job();
  const shares = await Promise.all(
    Array.from({ length: 10 }, () => rig.solve((value, target) => value <= target)),
  );
  // In one packet: when one of them is accepted, all have been read.
  const lines = shares.map(({ jobId, time, nonce2, solution }, id) =>
    JSON.stringify({
      id: 1000 + id,
      method: 'mining.submit',
      params: [rig.worker, jobId, time, nonce2, solution],
    }),
  );
  rig.client.write(`${lines.join('\n')}\n`);
  await until('the pool has read them', () => pool.log().includes('share_accepted'));
  const ended = pool.kill('SIGTERM');
  await until('the connection ends', () => rig.client.ended);
  assert.deepEqual(
    rig.client.answers.filter(({ id }) => Number(id) >= 1000).map(({ id, result }) => [id, result]),
    shares.map((_, id) => [1000 + id, true]),
  );
  await ended;
  assert.equal(pool.child.exitCode, 0);
  assert.equal(readShares(path.join(folder, 'data')).length, shares.length);
});

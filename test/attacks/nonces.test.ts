import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { EquihashSolver } from '@adit/pow';
import { timeMachine } from '@adit/test-kit/later';
import { LineClient, textOf } from '@adit/test-kit/line-client';
import { startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { LENIENT, NETWORK, plainShare, zcashScene } from './setup.ts';
import { ANY_NUMBER, Stranger } from './stranger.ts';

/** Two miners would search the same nonces where one nonce1 is the beginning of the other. */
function assertApart(nonces: readonly string[]): void {
  const sorted = nonces.toSorted();
  for (const [i, nonce1] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined) assert.ok(!next.startsWith(nonce1), `${nonce1} and ${next}`);
  }
}

async function chain(context: TestContext) {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: NETWORK, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  return devnet;
}

test('T18: no two live miners search the same nonces, over churn, ports of all lengths, and processes on one folder', async (context) => {
  const devnet = await chain(context);
  const data = temporaryFolder(context);
  const [port] = zcashPool([devnet.url]).ports;
  assert.ok(port !== undefined);
  const ports = [1, 2, 3, 4, 8, 17].map((nonce1Bytes) => ({
    ...port,
    name: `${nonce1Bytes} bytes`,
    nonce1Bytes,
  }));
  const limits = { ...ANY_NUMBER, resumeMs: 0 };
  const pools = await Promise.all(
    Array.from({ length: 3 }, () =>
      startPool(data, [{ ...zcashPool([devnet.url]), ports }], { conduct: LENIENT, limits }),
    ),
  );
  context.after(() => Promise.all(pools.map(({ pool }) => pool.stop())));
  const solver = new EquihashSolver(SMALL.equihash);
  const open: ZcashRig[] = [];
  const told: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    const rigs = await Promise.all(
      pools.flatMap(({ portOf }, process) =>
        ports.map(async ({ name }) => {
          const worker = `p${process}`;
          const rig = await ZcashRig.connect(portOf(name), SMALL.equihash, worker, { solver });
          // Who has seen no work may leave his value to the next one at once.
          await rig.job();
          return rig;
        }),
      ),
    );
    open.push(...rigs);
    told.push(...rigs.map(({ nonce1 }) => nonce1));
    assertApart(open.map(({ nonce1 }) => nonce1));
    // Every third goes; the work that he has seen lives on, so nobody else may get his value.
    for (const rig of open.filter((_, i) => i % 3 === round % 3)) rig.client.close();
    open.splice(0, open.length, ...open.filter((_, i) => i % 3 !== round % 3));
    assertApart(told);
  }
});

test('T18: a process that was killed and started again gives out nothing that it gave out before', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await chain(context);
  const toml = poolToml([zcashToml(devnet.url, { ports: [{ start_difficulty: 0.01 }] })]);
  const told: string[] = [];
  for (let start = 0; start < 3; start += 1) {
    const pool = await startPoolProcess(folder, toml);
    context.after(() => pool.kill('SIGKILL'));
    const rigs = await Promise.all(
      Array.from({ length: 20 }, () => ZcashRig.connect(pool.port, SMALL.equihash)),
    );
    told.push(...rigs.map(({ nonce1 }) => nonce1));
    await pool.kill(start === 1 ? 'SIGTERM' : 'SIGKILL');
  }
  assert.equal(told.length, 60);
  assertApart(told);
});

test('T18: when all values are in use the next miner is told so, and gets one when its work is gone', async (context) => {
  const letPass = timeMachine(context);
  const { devnet, portOf, events, rig, paid } = await zcashScene(context, {
    port: { nonce1Bytes: 1 },
    // Works as the node makes them: they may come back.
    chain: { proposeFirst: false },
    pool: { limits: { ...ANY_NUMBER, resumeMs: 0 } },
  });
  const rigs = await Promise.all(Array.from({ length: 32 }, (_, i) => rig(`rig${i}`)));
  assertApart(rigs.map(({ nonce1 }) => nonce1));
  const refusals = () =>
    events.flatMap((event) => (event.kind === 'connection_refused' ? [event.because] : []));
  const before = refusals();
  const refused = async () => {
    const stranger = await Stranger.connect(portOf('zcash'));
    const text = await stranger.untilClosed();
    const answer = JSON.parse(text) as { error: unknown };
    assert.match(textOf(answer), /no nonce1 is left/);
  };
  await refused();
  assert.deepEqual(refusals(), [...before, 'refused']);
  const [first] = rigs;
  assert.ok(first !== undefined);
  first.client.close();
  await until('the pool has seen it', () => events.some(({ kind }) => kind === 'disconnected'));
  // Its work is alive: another miner with the same nonce1 would find the same shares.
  await refused();
  const jobs = () => events.filter((event) => event.kind === 'work' && event.clean).length;
  const newTip = async () => {
    const before = jobs();
    devnet.mineBlock();
    await until('work on it', () => jobs() > before);
  };
  await newTip();
  // A tip may come back for ten minutes, with all its works.
  await refused();
  letPass(601_000);
  let next: LineClient | undefined;
  await until('the value goes out again', async () => {
    await newTip();
    const client = await LineClient.connect(portOf('zcash'));
    const answer = await client.request('mining.subscribe', ['x']).catch(() => undefined);
    if (!Array.isArray(answer?.result)) return false;
    assert.equal(answer.result[1], first.nonce1);
    next = client;
    return true;
  });
  assert.ok(next !== undefined);
  const [, second] = rigs;
  assert.ok(second !== undefined);
  assert.equal((await second.submit(await plainShare(second))).result, true);
  assert.equal(paid().length, 1);
});

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startTrueChainDevnet } from '@adit/devnet';
import { startPool, trueChainPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { LooseTarget } from '../src/truechain/loose-target.ts';

const OPTIONS = {
  startWeight: 1n << 20n,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  fixed: false,
  shareIntervalMs: 15_000,
};

test('a share of a connection that has ended does not bring the connection back, neither as fast nor as silent', () => {
  const target = new LooseTarget(OPTIONS, 0);
  target.join(1, 0);
  target.leave(1, 10_000);
  for (let i = 0; i < 20; i += 1) target.share(1, OPTIONS.startWeight, 10_001 + i);
  for (let now = 11_000; now < 140_000; now += 1_000) {
    target.look(now, false);
    assert.equal(target.propose(now), OPTIONS.startWeight, `after ${now} ms`);
  }
});

test('a miner that disconnects before its verdict does not count among the miners of a chain', async (context) => {
  const joined = new Set<number>();
  const { join, leave } = LooseTarget.prototype;
  context.mock.method(LooseTarget.prototype, 'join', function (this: LooseTarget, id: number, now: number) {
    joined.add(id);
    join.call(this, id, now);
  });
  context.mock.method(LooseTarget.prototype, 'leave', function (this: LooseTarget, id: number, now: number) {
    joined.delete(id);
    leave.call(this, id, now);
  });
  const devnet = await startTrueChainDevnet({
    difficulty: 1n << 40n,
    fruitDifficulty: 1n << 40n,
    fastBlockSeconds: 3600,
    startNumber: 100,
  });
  const { pool, portOf, events } = await startPool(temporaryFolder(context), [
    trueChainPool(devnet.url, { startWeight: 1024n, minWeight: 1024n }),
  ]);
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  const rig = await TrueRig.connect(portOf('truechain'));
  const [jobId] = await rig.job();
  const submission = (nonce: number) => ({
    id: 3,
    method: 'mining.submit',
    params: ['mallory', jobId, `${nonce}`],
  });
  const judged = () => events.filter(({ kind }) => kind === 'refused' || kind === 'share_accepted').length;
  for (let i = 1; i <= 20; i += 1) {
    const before = judged();
    const socket = connect(portOf('truechain'), '127.0.0.1');
    socket.on('error', () => {});
    const lines = [
      { id: 1, method: 'mining.subscribe', params: ['a', 'b'] },
      { id: 2, method: 'mining.authorize', params: ['mallory', 'x'] },
      submission(i),
    ];
    socket.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''), () => socket.resetAndDestroy());
    await until('it was judged, or never read', () => judged() > before || socket.destroyed);
  }
  rig.client.close();
  await until('nobody is there', () => pool.connections === 0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual([...joined], []);
});

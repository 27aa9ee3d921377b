import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZcashNode } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { SMALL } from '@adit/test-kit/pools';
import { NETWORK, plainShare, zcashScene } from './setup.ts';

const NOW = 1_800_000_000;

function hexOf(seconds: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(seconds);
  return bytes.toString('hex');
}

function secondsOf(hex: unknown): number {
  return Buffer.from(String(hex), 'hex').readUInt32LE();
}

/** Pool and node have the same clock, which stands still. */
async function still(context: Parameters<typeof zcashScene>[0], poolAhead = 0, params = SMALL) {
  const devnet = await startZcashDevnet({
    chain: params,
    initialTarget: NETWORK,
    mempoolSeconds: 0,
    now: () => NOW,
  });
  context.after(() => devnet.close());
  const now = () => (NOW + poolAhead) * 1000;
  return zcashScene(context, { devnet, pool: { now }, chain: { params } });
}

test('T06: a header time counts from the first that the chain takes to a minute ahead of our clock', async (context) => {
  const { rig, paid, devnet } = await still(context);
  const template = await new ZcashNode({ url: devnet.url, timeoutMs: 5_000 }).getBlockTemplate();
  const mintime = Number((template as { mintime: number }).mintime);
  const miner = await rig();
  const job = await miner.job();
  const withTime = (seconds: number) => job.with(5, hexOf(seconds));
  assert.equal(secondsOf(job[5]), NOW);
  for (const [seconds, text] of [
    [mintime - 1, /must be at least/],
    [NOW + 61, /must be at most/],
    [NOW + 7_201, /must be at most/],
    [0, /must be at least/],
    [0xffffffff, /must be at most/],
    [0x80000000, /must be at most/],
  ] as const) {
    // A real proof for that very header: nothing but the time is wrong with it.
    const share = await plainShare(miner, withTime(seconds));
    const answer = await miner.submit(share);
    assert.equal(codeOf(answer), 20);
    assert.match(textOf(answer), /^Time out of range: /, String(seconds));
    assert.match(textOf(answer), text, String(seconds));
  }
  assert.deepEqual(paid(), []);
  for (const seconds of [mintime, NOW + 60]) {
    const share = await plainShare(miner, withTime(seconds));
    assert.equal((await miner.submit(share)).result, true, String(seconds));
  }
});

test('T06: however far ahead our clock is, the latest time of the template is the last', async (context) => {
  const { rig, paid } = await still(context, 3 * 3600);
  const miner = await rig();
  const job = await miner.job();
  const latest = secondsOf(job[5]);
  // Not our own time, which the chain would refuse.
  assert.ok(latest < NOW + 3 * 3600, String(latest));
  const late = await plainShare(miner, job.with(5, hexOf(latest + 1)));
  assert.match(textOf(await miner.submit(late)), /^Time out of range: it must be at most/);
  assert.deepEqual(paid(), []);
  const share = await plainShare(miner, job);
  assert.equal((await miner.submit(share)).result, true);
});

test('T06: a proof holds for one time only, and the time has one spelling', async (context) => {
  const { rig, paid } = await still(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const time = secondsOf(share.time);
  assert.equal((await miner.submit(share)).result, true);
  for (let step = 1; step <= 20; step += 1) {
    const answer = await miner.submit(share, { time: hexOf(time + step) });
    assert.match(textOf(answer), /^Invalid solution: /, `${step} s later`);
  }
  const bigEndian = Buffer.from(share.time, 'hex').reverse().toString('hex');
  for (const text of [bigEndian, share.time.slice(2), `${share.time}00`, `0x${share.time}`, '-0000001', '']) {
    const answer = await miner.submit(share, { time: text });
    assert.match(textOf(answer), /^Time out of range: /, text);
  }
  for (const value of [time, null, [share.time], { time: share.time }, true]) {
    const { worker } = miner;
    const params = [worker, share.jobId, value, share.nonce2, share.solution];
    assert.match(textOf(await miner.client.request('mining.submit', params)), /^Time out of range: /);
  }
  assert.deepEqual(paid(), [share.digest]);
});

test('T06: where the chain ties its bits to the time, the time of the job is the only one', async (context) => {
  const { rig, paid } = await still(context, 0, { ...SMALL, pinTime: true });
  const miner = await rig();
  const job = await miner.job();
  for (const step of [-1, 1]) {
    const rolled = await plainShare(miner, job.with(5, hexOf(secondsOf(job[5]) + step)));
    assert.match(
      textOf(await miner.submit(rolled)),
      /^Time out of range: this chain wants the time of the job/,
    );
  }
  assert.deepEqual(paid(), []);
  assert.equal((await miner.submit(await plainShare(miner, job))).result, true);
});

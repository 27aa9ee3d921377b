import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { plainShare, trueScene, trueShare, twoChains, zcashScene } from './setup.ts';

/** What is no job id of a pool, made from one that is. */
function strangers(id: string): unknown[] {
  return [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '',
    '0',
    '-1',
    'NaN',
    'null',
    'undefined',
    id.slice(1),
    `0${id}`,
    `${id}0`,
    ` ${id}`,
    `${id}\u0000`,
    `0x${id}`,
    id.replace(/^./, (digit) => String.fromCharCode(0xff10 + Number.parseInt(digit, 16))),
    // The same number in another alphabet, and so long that its value is lost.
    String(Number.parseInt(id, 16)),
    'f'.repeat(id.length),
    '0'.repeat(id.length),
    'f'.repeat(8_000),
    Number.parseInt(id, 16),
    0,
    1e300,
    null,
    true,
    [id],
    { id },
    { toString: id },
  ];
}

test('T07: a job id is the text that was sent, and nothing that looks like it', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const { time, nonce2, solution } = share;
  for (const id of strangers(share.jobId)) {
    const answer = await miner.client.request('mining.submit', [miner.worker, id, time, nonce2, solution]);
    assert.deepEqual([answer.result, codeOf(answer)], [null, 21], JSON.stringify(id)?.slice(0, 40));
  }
  assert.deepEqual(paid(), []);
  assert.equal((await miner.submit(share)).result, true);
});

test('T07: the neighbours of a job id are not jobs, before and after it', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const sequence = Number.parseInt(share.jobId, 16);
  for (const step of [-1000, -2, -1, 1, 2, 1000]) {
    const jobId = (sequence + step).toString(16).padStart(8, '0');
    assert.equal(codeOf(await miner.submit(share, { jobId })), 21, jobId);
  }
  assert.deepEqual(paid(), []);
});

test('T07: a job that only another connection was sent is unknown', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const other = await rig('other');
  const miner = await rig();
  const share = await plainShare(miner);
  // A new target comes with a job of its own.
  await other.client.request('mining.suggest_target', ['0f'.padEnd(64, 'f')]);
  await until('its job', () => other.client.count('mining.notify') === 2);
  const [jobId] = await other.job();
  assert.equal(miner.client.count('mining.notify'), 1);
  const answer = await miner.submit(share, { jobId: String(jobId) });
  assert.deepEqual([codeOf(answer), textOf(answer)], [21, 'Job not found']);
  assert.deepEqual(paid(), []);
});

test('T07: after a new tip the old jobs are stale for everybody, those included who come later', async (context) => {
  const { rig, paid, devnet } = await zcashScene(context);
  const miner = await rig();
  const old = await miner.job();
  const share = await plainShare(miner, old);
  const second = await plainShare(miner, old);
  assert.notEqual(share.digest, second.digest);
  devnet.mineBlock();
  await until('the new tip', () => miner.client.last('mining.notify')?.[2] !== old[2]);
  const late = await miner.submit(share);
  assert.deepEqual([codeOf(late), textOf(late)], [21, 'Stale job: the chain has moved on']);
  const [id] = await miner.job();
  assert.match(
    textOf(await miner.submit(share, { jobId: String(id) })),
    /^(Invalid solution|Time out of range)/,
  );
  const newcomer = await rig('bob');
  const answer = await newcomer.submit(second, { nonce2: newcomer.nonce1 + second.nonce2 });
  assert.equal(codeOf(answer), 21);
  assert.deepEqual(paid(), []);
});

test('T07: a job of another chain of the same pool is unknown', async (context) => {
  const { one, two, paid } = await twoChains(context);
  const share = await plainShare(one);
  const answer = await two.submit(share, { nonce2: one.nonce1 + share.nonce2 });
  assert.deepEqual([codeOf(answer), textOf(answer)], [21, 'Job not found']);
  const [id] = await two.job();
  assert.ok([20, 23].includes(Number(codeOf(await two.submit(share, { jobId: String(id) })))));
  assert.deepEqual(paid(), []);
  assert.equal((await one.submit(share)).result, true);
});

test('T07: a TrueHash job id has one spelling too', async (context) => {
  const { portOf, shares } = await trueScene(context);
  const rig = await TrueRig.connect(portOf('truechain'));
  const [id, nonce] = await trueShare(rig);
  const ids = [...strangers(id), id.toUpperCase() === id ? 'F'.repeat(12) : id.toUpperCase()];
  for (const stranger of ids) {
    const answer = await rig.client.request('mining.submit', [rig.worker, stranger, nonce]);
    assert.deepEqual([answer.result, codeOf(answer)], [false, -1], JSON.stringify(stranger)?.slice(0, 40));
  }
  assert.deepEqual(shares(), []);
  assert.equal((await rig.submit([id, nonce])).result, true);
  // Sent again under the id of each refresh it is the same share.
  await until('another id', () => rig.client.last('mining.notify')?.[0] !== id);
  const [next] = await rig.job();
  assert.equal(codeOf(await rig.submit([String(next), nonce])), 22);
  assert.equal(shares().length, 1);
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { DevnetFault } from '@adit/devnet';
import { zcashBlockHash } from '@adit/pow';
import { decodeHex, encodeHex, hashValue } from '@adit/primitives';
import { codeOf } from '@adit/test-kit/line-client';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { NETWORK, plainShare, trueScene, zcashScene } from './setup.ts';

const FAULTS: [string, DevnetFault][] = [
  ['an error', { method: 'submitblock', kind: 'error', message: 'cannot save the block' }],
  ['an error of a node that still loads', { method: 'submitblock', kind: 'error', code: -28 }],
  [
    'an error of a service that is not ready',
    { method: 'submitblock', kind: 'error', code: 0, message: 'service not ready' },
  ],
  [
    'an error that calls it a duplicate',
    { method: 'submitblock', kind: 'error', code: -27, message: 'duplicate' },
  ],
  ['a node that hangs up', { method: 'submitblock', kind: 'disconnect' }],
];

function hashOf(header: Uint8Array, solution: string): bigint {
  return hashValue(zcashBlockHash(header, decodeHex(solution, 37, 'solution')));
}

/** What the pool keeps of blocks that are on their way. */
function candidateFiles(data: string): string[] {
  return readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(
    (file) => path.extname(file) === '.json',
  );
}

for (const [what, fault] of FAULTS) {
  test(`T10: a block that the node answers with ${what} is paid as a share, once, and mining goes on`, async (context) => {
    // The target stays, however fast these shares come.
    const scene = await zcashScene(context, { port: { fixedWeight: true } });
    const { devnet, events } = scene;
    const rig = await scene.rig();
    const block = await rig.solve((value) => value <= NETWORK);
    devnet.inject({ ...fault, times: 1000 });
    const answers = await Promise.all([rig.submit(block), rig.submit(block), rig.submit(block)]);
    assert.deepEqual(
      answers.map((answer) => codeOf(answer)),
      [null, 22, 22],
    );
    await until('the node was asked', () => events.some(({ kind }) => kind === 'block_submitted'));
    assert.ok(!events.some((event) => event.kind === 'block_submitted' && event.accepted));
    assert.equal(codeOf(await rig.submit(block)), 22);
    assert.equal(events.filter(({ kind }) => kind === 'block_found').length, 1);
    const share = await plainShare(rig);
    assert.equal((await rig.submit(share)).result, true);
    assert.deepEqual(
      scene.shares().map(({ digest, outcome, weight }) => [encodeHex(digest), outcome, weight]),
      [
        [block.digest, 'block', 1n],
        [share.digest, 'share', 1n],
      ],
    );
    assert.equal(devnet.acceptedBlocks, 0);
    // The next one is taken as if nothing had been.
    devnet.clearFaults();
    // The first one is offered again meanwhile: which of them the chain takes is not ours to say.
    await until('a block is in', async () => {
      await rig.submit(await rig.solve((value) => value <= NETWORK));
      return devnet.acceptedBlocks >= 1;
    });
    const paid = scene.paid();
    assert.equal(new Set(paid).size, paid.length);
    assert.ok(!events.some(({ kind }) => kind === 'problem'));
  });
}

test('T10: a block that the chain has no more room for is a share on its own merits, or stale', async (context) => {
  const scene = await zcashScene(context);
  const rig = await scene.rig();
  const job = await rig.job();
  const winner = await rig.solve((value) => value <= NETWORK, job);
  const loser = await rig.solve((value) => value <= NETWORK && value !== winner.value, job);
  // Both in one packet: the second is a block of the same height.
  const answers = await Promise.all([rig.submit(winner), rig.submit(loser)]);
  assert.equal(answers[0]?.result, true);
  assert.ok([null, 21].includes(codeOf(answers[1] ?? { error: 0 }) as null | number));
  await until('a block is in', () => scene.devnet.acceptedBlocks >= 1);
  const paid = scene.paid();
  assert.equal(new Set(paid).size, paid.length);
  assert.deepEqual(paid.includes(loser.digest), answers[1]?.result === true);
  assert.equal(scene.devnet.height, 1);
});

test('T10: a block whose proof is wrong is neither handed in nor paid', async (context) => {
  const scene = await zcashScene(context);
  const rig = await scene.rig();
  const share = await plainShare(rig);
  // Ground for a hash that meets the target of the network, without any proof: one in 256.
  let found = 0;
  for (let i = 0; found < 3; i += 1) {
    const bytes = Buffer.alloc(36);
    bytes.writeUInt32LE(i);
    const solution = `24${bytes.toString('hex')}`;
    if (hashOf(share.header, solution) > NETWORK) continue;
    found += 1;
    const answer = await rig.submit(share, { solution });
    assert.deepEqual([answer.result, codeOf(answer)], [null, 20]);
  }
  assert.deepEqual(scene.paid(), []);
  assert.ok(!scene.events.some(({ kind }) => kind === 'block_found' || kind === 'block_submitted'));
  assert.deepEqual(candidateFiles(scene.data), []);
});

test('T10: a fruit that the node does not want is paid as a share, once', async (context) => {
  const scene = await trueScene(context, { devnetOptions: { fruitDifficulty: 16n } });
  const { devnet, events } = scene;
  devnet.inject({ method: 'etrue_submitWork', kind: 'error', message: 'no such work', times: 1000 });
  const rig = await TrueRig.connect(scene.portOf('truechain'));
  const job = await rig.job();
  const fruitTarget = (1n << 128n) / 16n;
  const fruit = await rig.solve((block, half) => half <= fruitTarget && block > fruitTarget, job);
  assert.equal((await rig.submit(fruit)).result, true);
  assert.equal(codeOf(await rig.submit(fruit)), 22);
  await until('the node was asked', () => events.some(({ kind }) => kind === 'block_found'));
  assert.deepEqual(
    scene.shares().map(({ outcome }) => outcome),
    ['fruit'],
  );
  assert.equal(devnet.acceptedFruits, 0);
  const next = await rig.solve((block, half) => half <= fruitTarget && block > fruitTarget, job);
  assert.equal((await rig.submit(next)).result, true);
  assert.equal(scene.shares().length, 2);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONDUCT_DEFAULTS } from '@adit/pool';
import { until } from '@adit/test-kit/until';
import type { RigShare } from '@adit/test-kit/zcash-rig';
import fc from 'fast-check';
import { plainShare, zcashScene } from './setup.ts';
import { Stranger } from './stranger.ts';

/** A submission that is as long as one of Equihash 200,9: JSON may have spaces anywhere. */
function longLine(id: number, worker: string, share: RigShare): string {
  const { jobId, time, nonce2, solution } = share;
  const params = [worker, jobId, time, nonce2, solution];
  return `{"id":${id},${' '.repeat(2_800)}"method":"mining.submit","params":${JSON.stringify(params)}}\n`;
}

test('T16: a burst of Equihash submissions in one packet is no flood: all are paid, in order', async (context) => {
  const { rig, paid, events } = await zcashScene(context, { pool: { conduct: CONDUCT_DEFAULTS } });
  const miner = await rig();
  const shares: RigShare[] = [];
  while (shares.length < 60) shares.push(await plainShare(miner));
  const before = miner.client.answers.length;
  // 180 KB at once, while pools of the field cut at 10 KB.
  miner.client.write(shares.map((share, i) => longLine(1_000 + i, miner.worker, share)).join(''));
  await until('all are answered', () => miner.client.answers.length === before + 60);
  assert.deepEqual(
    miner.client.answers.slice(before).map(({ id, result }) => [id, result]),
    shares.map((_, i) => [1_000 + i, true]),
  );
  assert.deepEqual(paid().toSorted(), shares.map(({ digest }) => digest).toSorted());
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'conduct'),
    [],
  );
});

test('T16: a whole conversation in one packet, and the same one byte by byte', async (context) => {
  const { portOf, rig } = await zcashScene(context);
  const miner = await rig();
  const share = await plainShare(miner);
  const lines = [
    '{"id":1,"method":"mining.subscribe","params":["x"]}',
    '{"id":2,"method":"mining.authorize","params":["alice.rig1","x"]}',
    '{"id":3,"method":"mining.extranonce.subscribe","params":[]}',
    '{"id":4,"method":"nothing.such","params":[]}',
    longLine(5, miner.worker, share).trimEnd(),
    '{"id":6,"method":"mining.get_transactions","params":[]}',
  ];
  // A submission is answered when its verdict is there, everything else at once: only the former may be later.
  const expected = ['1', '2', '3', '4', '5', '6'];
  for (const parts of [[lines.join('\n')], [...lines.join('\r\n')]]) {
    const stranger = await Stranger.connect(portOf('zcash'));
    for (const part of parts) {
      stranger.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    stranger.write('\n');
    const ids = () => stranger.lines.flatMap((line) => /^\{"id":(\d+)/.exec(line)?.[1] ?? []);
    await until('all answers', () => ids().length === expected.length);
    assert.deepEqual(ids().toSorted(), expected);
    stranger.socket.destroy();
  }
});

test('T16: any packets that the same bytes come in give the same answers, and each share is paid once', async (context) => {
  const { rig, paid } = await zcashScene(context);
  const digests: string[] = [];
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat({ max: 4_000 }), { maxLength: 30 }),
      async (count, cuts) => {
        const miner = await rig();
        const shares: RigShare[] = [];
        while (shares.length < count) shares.push(await plainShare(miner));
        const bytes = Buffer.from(
          shares
            .map(({ jobId, time, nonce2, solution }, i) =>
              JSON.stringify({
                id: 100 + i,
                method: 'mining.submit',
                params: [miner.worker, jobId, time, nonce2, solution],
              }),
            )
            .map((line) => `${line}\n${line}\n`)
            .join(''),
        );
        const before = miner.client.answers.length;
        let from = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
          miner.client.write(bytes.subarray(from, cut));
          from = Math.max(from, cut);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until('all are answered', () => miner.client.answers.length === before + 2 * count);
        const results = miner.client.answers.slice(before).map(({ result }) => result);
        assert.deepEqual(
          results,
          shares.flatMap(() => [true, null]),
        );
        digests.push(...shares.map(({ digest }) => digest));
        miner.client.close();
      },
    ),
    { numRuns: 20 },
  );
  assert.deepEqual(paid().toSorted(), digests.toSorted());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EquihashVerifier } from '@adit/pow';
import { decodeHex } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { startZcashMiner, zcashJob, zcashScript } from './support/miners.ts';

/** Parameters for which a nonce takes ten times as long as it takes until the next job. */
const SLOW = { n: 96, k: 5, personalization: 'ZcashPoW' };
const JOB_EVERY_MS = 10;

test('under jobs that come faster than a nonce is done, and are not clean, each nonce is finished for its own job', async (context) => {
  const { pool } = await startZcashMiner(context, zcashScript(), { equihash: SLOW });
  await until('it is there', () => pool.visits.length > 0 && pool.visit.messages.length >= 2);
  const { visit } = pool;
  let count = 0;
  const timer = setInterval(() => {
    zcashJob(visit, `${'abcdefgh'.charAt(count % 8)}${count}`, false);
    count += 1;
  }, JOB_EVERY_MS);
  context.after(() => clearInterval(timer));
  await until('shares', () => visit.shares.length >= 3);
  const verifier = new EquihashVerifier(SLOW);
  for (const [, id, , nonce2, solution] of visit.shares) {
    const root = String(id).charCodeAt(0).toString(16).repeat(32);
    const start = `04000000${'11'.repeat(32)}${root}${'00'.repeat(32)}000000651f07ffff`;
    const header = decodeHex(`${start}01020304${String(nonce2)}`, 140, 'header');
    // The prefix of a solution of 68 bytes is one byte.
    assert.equal(verifier.verify(header, decodeHex(String(solution).slice(2))), 'valid');
  }
});

test('other work under the id of the running job ends that work, also where the pool does not call it clean', async (context) => {
  const { pool } = await startZcashMiner(context, zcashScript());
  await until('it is there', () => pool.visits.length > 0 && pool.visit.messages.length >= 2);
  const { visit } = pool;
  visit.notify('mining.set_target', ['f'.repeat(64)]);
  const job = (root: string) => {
    const fields = ['04000000', '11'.repeat(32), root.repeat(32), '00'.repeat(32), '00000065', '1f07ffff'];
    visit.notify('mining.notify', ['same', ...fields, false]);
  };
  const verifier = new EquihashVerifier({ n: 48, k: 5, personalization: 'ZcashPoW' });
  const verdict = (root: string, [, , , nonce2, solution]: readonly unknown[]) => {
    const start = `04000000${'11'.repeat(32)}${root.repeat(32)}${'00'.repeat(32)}000000651f07ffff`;
    const header = decodeHex(`${start}01020304${String(nonce2)}`, 140, 'header');
    return verifier.verify(header, decodeHex(String(solution).slice(2)));
  };
  for (const root of ['21', '22', '23', '24', '25', '26']) {
    job(root);
    visit.ask(root);
    await until('it has the job', () => visit.answered(root));
    const sent = visit.shares.length;
    await until('shares', () => visit.shares.length > sent + 3);
    assert.deepEqual([...new Set(visit.shares.slice(sent).map((share) => verdict(root, share)))], ['valid']);
  }
});

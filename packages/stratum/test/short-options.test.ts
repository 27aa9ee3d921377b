import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobIdOf, ZcashServerSession, zcashJob, zcashNotifyLine } from '../src/index.ts';
import { EASY, FIELDS, HARD, hex, line, messages, NONCE2, one, only, written } from './support.ts';

/** Only the required options. */
const session = () =>
  new ZcashServerSession(
    { solutionPrefix: hex('04'), solutionBytes: 4 },
    { nonce1: hex('a1b2c3d4'), targets: [{ from: 0, value: EASY }] },
  );

test('a session without options takes all workers, answers like ZIP 301, and reads the nonce as every miner writes it', () => {
  const pool = session();
  assert.deepEqual(messages(pool.job(zcashJob(1, FIELDS, { networkTarget: HARD }), true)), []);
  assert.deepEqual(only(pool.line(line({ id: 1, method: 'mining.subscribe', params: [] }), 0)), {
    id: 1,
    result: [null, 'a1b2c3d4'],
    error: null,
  });
  const ready = pool.line(line({ id: 2, method: 'mining.authorize', params: ['anybody', ''] }), 0);
  assert.equal(messages(ready).length, 3, 'the answer, the target and the job');
  assert.ok(written(ready).endsWith(zcashNotifyLine('00000001', FIELDS, true)));
  const share = {
    id: 3,
    method: 'mining.submit',
    params: ['anybody', '00000001', '47b98b5c', NONCE2, '0401020304'],
  };
  const { token, submission } = one(pool.line(line(share), 0), 'submit');
  assert.deepEqual(submission.nonce.slice(0, 4), hex('a1b2c3d4'));
  assert.deepEqual(only(pool.verdict(token, { accepted: true }, 0)), { id: 3, result: true, error: null });
  const refused = only(pool.line(line({ id: 4, method: 'nothing', params: [] }), 0)) as { result: unknown };
  assert.equal(refused.result, null);
});

test('zcashJob makes both lines of a job, with what GPU miners need behind the fields', () => {
  const job = zcashJob(7, FIELDS, { networkTarget: HARD, extras: ['48_5', 'ZcashPoW'], oldestKnown: 3 });
  const id = jobIdOf(7);
  assert.deepEqual(job, {
    sequence: 7,
    order: 7,
    cleanLine: zcashNotifyLine(id, FIELDS, true, ['48_5', 'ZcashPoW']),
    keepLine: zcashNotifyLine(id, FIELDS, false, ['48_5', 'ZcashPoW']),
    networkTarget: HARD,
    oldestKnown: 3,
  });
  for (const sequence of [-1, 1.5, 2 ** 32, Number.NaN]) {
    assert.throws(() => zcashJob(sequence, FIELDS, { networkTarget: HARD }), { code: 'ADIT_BAD_OPTION' });
  }
});

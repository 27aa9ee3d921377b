import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetToHex } from '@adit/primitives';
import { parseTrueJobId, type TrueStratumServerSession, trueJobId, type Verdict } from '../src/index.ts';
import {
  HEADER_HASH,
  hex,
  LAST_SEQUENCE,
  line,
  messages,
  ofKind,
  one,
  only,
  readyTrue,
  SEED_HASH,
  TRUE_TARGET,
  trueJob,
  trueServer,
  trueSubmit,
} from './support.ts';

const SUBSCRIBE = line({
  id: 1,
  method: 'mining.subscribe',
  params: ['cpuminer/0.1.0', 'TrueStratum/0.1.0'],
});
const AUTHORIZE = line({ id: 2, method: 'mining.authorize', params: ['miner1', 'password'] });
const ACCEPTED: Verdict = { accepted: true, weight: 1n };

const SUBSCRIBED = {
  id: 1,
  result: [['mining.notify', 'ae6812eb4cd7735a302a8a9dd95cf71f', 'TrueStratum/1.0.0'], '080c', 6],
  error: null,
};
const AUTHORIZED = { id: 2, result: true, error: null };
const setDifficulty = (target: bigint) => ({
  id: null,
  method: 'mining.set_difficulty',
  params: [targetToHex(target, 16)],
});
const notify = (id: string, clean: boolean) => ({
  id: null,
  method: 'mining.notify',
  params: [id, SEED_HASH, HEADER_HASH, clean],
});

function submitted(session: TrueStratumServerSession, message: Uint8Array, now = 0) {
  return one(session.line(message, now), 'submit');
}

test('the subscribe reply comes first, then authorize, target and job', () => {
  const session = trueServer();
  assert.deepEqual(session.job(trueJob(1), true, 0), []);
  assert.deepEqual(messages(session.line(SUBSCRIBE, 0)), [SUBSCRIBED]);
  assert.deepEqual(messages(session.line(AUTHORIZE, 0)), [
    AUTHORIZED,
    setDifficulty(TRUE_TARGET),
    notify('000000010000', true),
  ]);
});

test('authorised first, the miner still hears the subscribe reply before any job', () => {
  const session = trueServer();
  session.job(trueJob(1), true, 0);
  assert.deepEqual(messages(session.line(AUTHORIZE, 0)), [AUTHORIZED]);
  assert.deepEqual(messages(session.line(SUBSCRIBE, 0)), [
    SUBSCRIBED,
    setDifficulty(TRUE_TARGET),
    notify('000000010000', true),
  ]);
});

test('extranonce2_size is what is left of eight bytes, never zero', () => {
  for (const [nonce1, size] of [
    ['', 8],
    ['01', 7],
    ['080c', 6],
    ['0102ff', 5],
  ] as const) {
    const reply = only(trueServer({ nonce1: hex(nonce1) }).line(SUBSCRIBE, 0)) as { result: unknown[] };
    assert.deepEqual(reply.result.slice(1), [nonce1, size]);
  }
});

test('a target is 32 digits and goes out before the job that it counts for, only when it changed', () => {
  const session = readyTrue({ target: 1n << 64n, nonce1: hex('') });
  session.setTarget(1n << 110n);
  assert.deepEqual(messages(session.job(trueJob(2), false, 0)), [
    { id: null, method: 'mining.set_difficulty', params: ['00004000000000000000000000000000'] },
    notify('000000020000', false),
  ]);
  assert.deepEqual(messages(session.job(trueJob(3), true, 0)), [notify('000000030000', true)]);
});

test('a share target is never harder than the easier live network target', () => {
  const session = readyTrue({ target: 1n });
  assert.equal(submitted(session, trueSubmit(1)).submission.target, 1n << 100n);
  session.job(trueJob(2, { networkTarget: 1n << 127n }), true, 0);
  assert.equal(submitted(session, trueSubmit(1, '000000020000')).submission.target, 1n << 127n);
});

test('each share is judged by the target of its own job, refreshed ones included', () => {
  const session = readyTrue({ minRefreshMs: 0 });
  session.setTarget(TRUE_TARGET / 2n);
  session.verdict(submitted(session, trueSubmit(1)).token, ACCEPTED, 1); // Job 1 again, as 0001, with the new target.
  session.setTarget(TRUE_TARGET / 4n);
  session.job(trueJob(2), false, 2);
  for (const [id, target] of [
    ['000000010000', TRUE_TARGET],
    ['000000010001', TRUE_TARGET / 2n],
    ['000000020000', TRUE_TARGET / 4n],
  ] as const) {
    assert.equal(submitted(session, trueSubmit(1, id), 3).submission.target, target, id);
  }
});

test('after every answered submission on the newest job comes the job under a new id, not clean', () => {
  const session = readyTrue();
  for (let i = 1; i <= 3; i += 1) {
    const { token } = submitted(session, trueSubmit(244, trueJobId(1, i - 1)), i * 1000);
    assert.deepEqual(messages(session.verdict(token, ACCEPTED, i * 1000)), [
      { id: 244, result: true, error: null },
      notify(trueJobId(1, i), false),
    ]);
  }
});

test('a refused submission puts the thread to sleep as well: it gets a new id too', () => {
  const session = readyTrue();
  const { token } = submitted(session, trueSubmit(244), 5000);
  assert.deepEqual(messages(session.verdict(token, { accepted: false, reason: 'low_difficulty' }, 5000)), [
    { id: 244, result: false, error: [23, 'Low difficulty share', null] },
    notify('000000010001', false),
  ]);
  // Refused by the session itself: bad nonce, unknown job.
  assert.deepEqual(
    messages(session.line(trueSubmit(244, '000000010001', 'x'), 6000)).at(-1),
    notify('000000010002', false),
  );
  assert.deepEqual(messages(session.line(trueSubmit(244, 'bf0488aa', '1'), 7000)), [
    { id: 244, result: false, error: [-1, 'Job not found', null] },
    notify('000000010003', false),
  ]);
});

test('refreshes keep a distance; one that came too early is made up for by the next tick', () => {
  const session = readyTrue({ minRefreshMs: 1000 });
  const { token } = submitted(session, trueSubmit(244), 400);
  assert.deepEqual(messages(session.verdict(token, ACCEPTED, 400)), [{ id: 244, result: true, error: null }]);
  assert.deepEqual(session.tick(999), []);
  assert.deepEqual(messages(session.tick(1000)), [notify('000000010001', false)]);
  assert.deepEqual(session.tick(2000), []);
});

test('the distance of refreshes is measured from the last job, whenever that was', () => {
  const session = readyTrue({ minRefreshMs: 1000 });
  session.job(trueJob(2), false, 100_000);
  const { token } = submitted(session, trueSubmit(244, '000000020000'), 100_999);
  assert.equal(messages(session.verdict(token, ACCEPTED, 100_999)).length, 1);
  assert.equal(session.refreshDue, true);
  assert.deepEqual(messages(session.tick(101_000)), [notify('000000020001', false)]);
  assert.equal(session.refreshDue, false);
});

test('a new target does not wait for the chain: it comes with a refresh as soon as one may be sent', () => {
  const session = readyTrue({ minRefreshMs: 1000 });
  assert.equal(session.refreshDue, false);
  session.setTarget(TRUE_TARGET / 2n);
  assert.equal(session.refreshDue, true);
  assert.deepEqual(session.tick(999), []);
  assert.deepEqual(messages(session.tick(1000)), [
    setDifficulty(TRUE_TARGET / 2n),
    notify('000000010001', false),
  ]);
});

test('a submission with fewer params than three is told what it takes', () => {
  const session = readyTrue();
  const effects = session.line(
    line({ id: 5, method: 'mining.submit', params: ['miner1', '000000010000'] }),
    0,
  );
  assert.equal(one(effects, 'refused').detail, 'submit takes worker, job id and nonce');
  assert.equal(one(effects, 'refused').reason, 'bad_params');
});

test('an answer on an older job brings no refresh: its thread already has a newer one', () => {
  const session = readyTrue();
  const { token } = submitted(session, trueSubmit(244), 0);
  session.job(trueJob(2), false, 4000);
  assert.deepEqual(messages(session.verdict(token, ACCEPTED, 5000)), [
    { id: 244, result: true, error: null },
  ]);
  assert.deepEqual(session.tick(6000), []);
});

test('a new job that came in between settles a refresh that is due', () => {
  const session = readyTrue();
  session.verdict(submitted(session, trueSubmit(244), 400).token, ACCEPTED, 400);
  session.job(trueJob(2), false, 500);
  assert.deepEqual(session.tick(5000), []);
});

test('a job that is old is sent again under a new id', () => {
  const session = readyTrue({ refreshMs: 60_000 });
  assert.deepEqual(session.tick(59_999), []);
  assert.deepEqual(messages(session.tick(60_000)), [notify('000000010001', false)]);
  assert.deepEqual(session.tick(119_999), []);
  session.setTarget(TRUE_TARGET / 2n);
  assert.deepEqual(messages(session.tick(120_000)), [
    setDifficulty(TRUE_TARGET / 2n),
    notify('000000010002', false),
  ]);
});

test('a miner that is not ready is not refreshed', () => {
  const session = trueServer();
  session.job(trueJob(1), true, 0);
  assert.deepEqual(session.tick(1e9), []);
  session.line(SUBSCRIBE, 0);
  assert.deepEqual(session.tick(2e9), []);
});

test('a nonce may be read as given and, where it leaves room, behind the prefix', () => {
  const session = readyTrue();
  for (const [nonce, readings] of [
    ['1060', [1060n, 0x080c_0000_0000_0424n]],
    ['12746283679700578177', [12746283679700578177n]],
    ['0x080c000000000424', [0x080c_0000_0000_0424n]],
    [1060, [1060n, 0x080c_0000_0000_0424n]],
    ['0', [0n, 0x080c_0000_0000_0000n]],
  ] as const) {
    assert.deepEqual(submitted(session, trueSubmit(1, '000000010000', nonce)).submission.nonces, readings);
  }
});

test('with the strict prefix only nonces that carry it are taken', () => {
  const session = readyTrue({ strictPrefix: true });
  const { token, submission } = submitted(session, trueSubmit(1, '000000010000', '0x080c000000000424'));
  assert.deepEqual(submission.nonces, [0x080c_0000_0000_0424n]);
  session.verdict(token, ACCEPTED, 0);
  for (const nonce of ['1060', '0x080d000000000000', '18446744073709551615']) {
    const effects = session.line(trueSubmit(1, '000000010000', nonce), 0);
    assert.deepEqual(messages(effects)[0], {
      id: 1,
      result: false,
      error: [20, "The nonce does not begin with this connection's nonce1", null],
    });
  }
});

test('a nonce that is none is refused with a reason', () => {
  const session = readyTrue({ minRefreshMs: 1e9 });
  for (const [nonce, why] of [
    ['18446744073709551616', 'the nonce must be below 2^64'],
    ['-1', 'the nonce must be an unsigned 64-bit integer as a decimal string'],
    [2 ** 60, 'a number loses digits beyond 2^53: send the nonce as a decimal string'],
    [null, 'the nonce must be a decimal string'],
  ] as const) {
    const effects = session.line(trueSubmit(9, '000000010000', nonce), 0);
    assert.deepEqual(only(effects), { id: 9, result: false, error: [20, `Bad nonce: ${why}`, null] });
  }
});

test('a job id has one spelling and must have been sent to this connection', () => {
  const session = readyTrue({ minRefreshMs: 1e9 });
  session.job(trueJob(0xab), true, 0);
  const { token, submission } = submitted(session, trueSubmit(1, '000000ab0000'));
  assert.equal(submission.jobSequence, 0xab);
  session.verdict(token, ACCEPTED, 0);
  for (const id of [
    '000000AB0000',
    '000000ab',
    '000000ab0001',
    '000000ac0000',
    '000000000000',
    '000000ab00000',
    'bf0488aa',
    '__proto__',
    'constructor',
    '',
    'x'.repeat(9000),
    0xab0000,
    null,
    ['000000ab0000'],
    {},
  ]) {
    assert.deepEqual(
      only(session.line(trueSubmit(1, id), 0)),
      { id: 1, result: false, error: [-1, 'Job not found', null] },
      String(id).slice(0, 20),
    );
  }
});

test('job ids go to numbers that ascend, and back', () => {
  assert.equal(trueJobId(0x2a, 3), '0000002a0003');
  assert.deepEqual(parseTrueJobId('0000002a0003'), { sequence: 0x2a, number: 0x2a0003 });
  assert.deepEqual(parseTrueJobId(trueJobId(LAST_SEQUENCE, 0xffff)), {
    sequence: LAST_SEQUENCE,
    number: 2 ** 48 - 1,
  });
});

test('a connection that has used up its suffixes waits for the next broadcast', () => {
  const session = readyTrue({ refreshMs: 1, minRefreshMs: 1 });
  for (let i = 1; i <= 0xffff; i += 1) session.tick(i * 2);
  assert.deepEqual(session.tick(1e9), []);
  assert.equal(submitted(session, trueSubmit(1, '00000001ffff')).submission.jobSequence, 1);
  assert.deepEqual(messages(session.job(trueJob(2), true, 2e9)), [notify('000000020000', true)]);
});

test('submit answers keep their order, though all have one id', () => {
  const session = readyTrue({ minRefreshMs: 1e9 });
  const tokens = [1, 2, 3].map(() => submitted(session, trueSubmit(244)).token);
  const [first = -1, second = -1, third = -1] = tokens;
  assert.deepEqual(session.verdict(third, { accepted: false, reason: 'duplicate_share' }, 0), []);
  assert.deepEqual(session.verdict(second, { accepted: false, reason: 'stale_job' }, 0), []);
  assert.deepEqual(messages(session.verdict(first, ACCEPTED, 0)), [
    { id: 244, result: true, error: null },
    { id: 244, result: false, error: [21, 'Stale job', null] },
    { id: 244, result: false, error: [22, 'Duplicate share', null] },
  ]);
});

test('the miner can be asked for its version; its answer needs none', () => {
  const session = readyTrue();
  assert.deepEqual(only(session.askVersion()), { id: 'version', method: 'client.get_version', params: [] });
  assert.deepEqual(session.line(line({ id: 'version', error: null, result: 'cpuminer/0.1.0' }), 0), []);
});

test('whatever the Zcash dialect knows besides is unknown here', () => {
  const session = readyTrue();
  for (const method of ['mining.extranonce.subscribe', 'mining.suggest_target', 'mining.configure']) {
    const effects = session.line(line({ id: 3, method, params: [] }), 0);
    assert.deepEqual(only(effects), {
      id: 3,
      result: false,
      error: [20, `Unknown method: "${method}"`, null],
    });
    assert.equal(ofKind(effects, 'suggest').length, 0);
  }
});

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

test('a miner that authorises first still gets the subscribe reply before any job', () => {
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

/** A session whose nonces carry its prefix: it has a target of its own. */
const readyStrict = (target: bigint) =>
  readyTrue({ strictPrefix: true, targets: [{ from: 0, value: target }] });
const OWN_NONCE = '0x080c000000000424';

test('a target has 32 digits and is sent before the first job that it holds for, which is then clean', () => {
  const session = readyStrict(TRUE_TARGET);
  session.setTarget(1n << 110n, 2, 0);
  // A header that exists keeps its target, even if it is sent again.
  assert.deepEqual(messages(session.tick(60_000)), [notify('000000010001', false)]);
  assert.deepEqual(messages(session.job(trueJob(2), false, 0)), [
    { id: null, method: 'mining.set_difficulty', params: ['00004000000000000000000000000000'] },
    notify('000000020000', true),
  ]);
  assert.deepEqual(messages(session.job(trueJob(3), false, 0)), [notify('000000030000', false)]);
});

test('a share target is never harder than the easier live network target', () => {
  const session = readyStrict(1n);
  assert.deepEqual(messages(session.job(trueJob(2, { networkTarget: 1n << 127n }), true, 0)), [
    setDifficulty(1n << 127n),
    notify('000000020000', true),
  ]);
  // The submission carries the target that was settled for the connection: the pool knows the network's target.
  assert.equal(submitted(session, trueSubmit(1, '000000010000', OWN_NONCE)).submission.target, 1n);
});

test('each share has the target of its header, whichever id of the header it names', () => {
  const session = readyStrict(TRUE_TARGET);
  session.setTarget(TRUE_TARGET / 2n, 2, 0);
  session.tick(60_000);
  session.job(trueJob(2), false, 60_001);
  session.setTarget(TRUE_TARGET / 4n, 3, 0);
  session.tick(120_001);
  session.job(trueJob(3), false, 120_002);
  for (const [id, target] of [
    ['000000010000', TRUE_TARGET],
    ['000000010001', TRUE_TARGET],
    ['000000020000', TRUE_TARGET / 2n],
    ['000000020001', TRUE_TARGET / 2n],
    ['000000030000', TRUE_TARGET / 4n],
  ] as const) {
    assert.equal(submitted(session, trueSubmit(1, id, OWN_NONCE), 3).submission.target, target, id);
  }
});

test('a header that comes back has the target that it had, and an id that the miner has not seen', () => {
  const session = readyStrict(TRUE_TARGET);
  session.setTarget(TRUE_TARGET / 2n, 2, 0);
  session.job(trueJob(2), false, 1);
  assert.deepEqual(messages(session.job(trueJob(1), false, 2)), [
    setDifficulty(TRUE_TARGET),
    notify('000000010001', true),
  ]);
  assert.deepEqual(messages(session.job(trueJob(2), false, 3)), [
    setDifficulty(TRUE_TARGET / 2n),
    notify('000000020001', true),
  ]);
  for (const [id, target] of [
    ['000000010000', TRUE_TARGET],
    ['000000010001', TRUE_TARGET],
    ['000000020001', TRUE_TARGET / 2n],
  ] as const) {
    assert.equal(submitted(session, trueSubmit(1, id, OWN_NONCE), 4).submission.target, target, id);
  }
});

test('a header that exists keeps its target', () => {
  const session = readyStrict(TRUE_TARGET);
  session.job(trueJob(2), false, 1);
  assert.throws(() => session.setTarget(TRUE_TARGET * 2n, 2, 0), { code: 'ADIT_GRANT_TOO_LATE' });
  assert.equal(submitted(session, trueSubmit(1, '000000020000', OWN_NONCE)).submission.target, TRUE_TARGET);
});

test('without the strict prefix each header has one target, whatever a connection asks for', () => {
  const session = readyTrue({ targets: [] });
  session.setTarget(1n << 127n, 2, 0);
  assert.deepEqual(messages(session.job(trueJob(2), false, 1)), [notify('000000020000', false)]);
  assert.deepEqual(messages(session.job(trueJob(3, { target: TRUE_TARGET / 8n }), false, 2)), [
    setDifficulty(TRUE_TARGET / 8n),
    notify('000000030000', true),
  ]);
  assert.equal(submitted(session, trueSubmit(1, '000000030000')).submission.target, undefined);
});

test('a share carries the easiest target that the miner got in these ten minutes, or in the ten before', () => {
  const session = readyTrue();
  const easiest = (id: string, now: number) => submitted(session, trueSubmit(1, id), now).submission.easiest;
  session.job(trueJob(2, { target: TRUE_TARGET / 4n }), false, 1_000);
  assert.equal(easiest('000000020000', 1_000), TRUE_TARGET);
  session.job(trueJob(3, { target: TRUE_TARGET / 8n }), false, 600_000);
  assert.equal(easiest('000000030000', 600_000), TRUE_TARGET);
  session.job(trueJob(4, { target: TRUE_TARGET / 8n }), false, 1_200_000);
  assert.equal(easiest('000000040000', 1_200_000), TRUE_TARGET / 8n);
});

test('after each answer to a submission for the newest job, the job comes under a new id, not clean, and not at once', () => {
  const session = readyTrue();
  for (let i = 1; i <= 3; i += 1) {
    const { token } = submitted(session, trueSubmit(244, trueJobId(1, i - 1)), i * 1000);
    assert.deepEqual(messages(session.verdict(token, ACCEPTED, i * 1000)), [
      { id: 244, result: true, error: null },
    ]);
    assert.deepEqual(session.tick(i * 1000 + 249), []);
    assert.deepEqual(messages(session.tick(i * 1000 + 250)), [notify(trueJobId(1, i), false)]);
  }
});

test('a refused submission puts the thread to sleep as well: the job gets a new id then too', () => {
  const session = readyTrue();
  const { token } = submitted(session, trueSubmit(244), 5000);
  session.verdict(token, { accepted: false, reason: 'low_difficulty' }, 5000);
  assert.deepEqual(messages(session.tick(5250)), [notify('000000010001', false)]);
  // Refused by the session itself: bad nonce, unknown job.
  assert.equal(messages(session.line(trueSubmit(244, '000000010001', 'x'), 6000)).length, 1);
  assert.deepEqual(messages(session.tick(6250)), [notify('000000010002', false)]);
  assert.deepEqual(messages(session.line(trueSubmit(244, 'bf0488aa', '1'), 7000)), [
    { id: 244, result: false, error: [-1, 'Job not found', null] },
  ]);
  assert.deepEqual(messages(session.tick(7250)), [notify('000000010003', false)]);
});

test('an answer delays the refresh for the answer before it, up to a bound, so that each thread has time to fall asleep', () => {
  const session = readyTrue();
  const answered = (now: number) =>
    session.verdict(submitted(session, trueSubmit(244), now).token, ACCEPTED, now);
  for (const now of [0, 200, 400]) answered(now);
  assert.deepEqual(session.tick(649), []);
  assert.deepEqual(messages(session.tick(650)), [notify('000000010001', false)]);
  for (const now of [1000, 1200, 1400, 1600]) {
    const { token } = submitted(session, trueSubmit(244, '000000010001'), now);
    session.verdict(token, ACCEPTED, now);
  }
  assert.deepEqual(session.tick(1699), []);
  assert.deepEqual(messages(session.tick(1700)), [notify('000000010002', false)]);
  assert.equal(session.refreshDue, false);
});

test('an answer between the bound and the next tick delays nothing: a miner that sends without a pause gets its job too', () => {
  const session = readyTrue();
  const answered = (now: number) =>
    session.verdict(submitted(session, trueSubmit(244), now).token, ACCEPTED, now);
  for (let now = 0; now <= 740; now += 10) answered(now);
  assert.deepEqual(messages(session.tick(750)), [notify('000000010001', false)]);
  // A header that comes during this wait is sent no later than the job that it replaces.
  for (let now = 760; now <= 1400; now += 10) answered(now);
  session.job(trueJob(2), false, 1410);
  for (let now = 1420; now <= 1490; now += 10) answered(now);
  assert.deepEqual(messages(session.tick(1500)), [notify('000000020000', false)]);
});

test('each delay is drawn anew', () => {
  const delays = [200, 300];
  const session = readyTrue({ refreshDelayMs: () => delays.shift() ?? 0 });
  for (const [at, id, due] of [
    [1000, '000000010000', 1200],
    [2000, '000000010001', 2300],
  ] as const) {
    session.verdict(submitted(session, trueSubmit(244, id), at).token, ACCEPTED, at);
    assert.equal(session.refreshDue, true);
    assert.deepEqual(session.tick(due - 1), []);
    assert.equal(messages(session.tick(due)).length, 1);
    assert.equal(session.refreshDue, false);
  }
});

test('a submission with fewer than three params gets an error that names them', () => {
  const session = readyTrue();
  const effects = session.line(
    line({ id: 5, method: 'mining.submit', params: ['miner1', '000000010000'] }),
    0,
  );
  assert.equal(one(effects, 'refused').detail, 'submit takes worker, job id and nonce');
  assert.equal(one(effects, 'refused').reason, 'bad_params');
});

test('an answer for an older job brings no refresh: its thread already has a newer job', () => {
  const session = readyTrue();
  const { token } = submitted(session, trueSubmit(244), 0);
  session.job(trueJob(2), false, 4000);
  assert.deepEqual(messages(session.verdict(token, ACCEPTED, 5000)), [
    { id: 244, result: true, error: null },
  ]);
  assert.deepEqual(session.tick(6000), []);
});

test('a header that comes right after an answer waits until the refresh, and takes its place', () => {
  const session = readyTrue();
  session.verdict(submitted(session, trueSubmit(244), 400).token, ACCEPTED, 400);
  assert.deepEqual(session.job(trueJob(2), false, 500), []);
  assert.deepEqual(messages(session.tick(650)), [notify('000000020000', false)]);
  assert.deepEqual(session.tick(5000), []);
});

test('a clean job does not wait, and neither does a job with another target', () => {
  for (const [job, clean] of [
    [trueJob(2), true],
    [trueJob(2, { target: TRUE_TARGET / 2n }), false],
  ] as const) {
    const session = readyTrue();
    session.verdict(submitted(session, trueSubmit(244), 400).token, ACCEPTED, 400);
    assert.deepEqual(messages(session.job(job, clean, 500)).at(-1), notify('000000020000', true));
    assert.deepEqual(session.tick(5000), []);
  }
});

test('a job that is old is sent again under a new id', () => {
  const session = readyTrue({ refreshMs: 60_000 });
  assert.deepEqual(session.tick(59_999), []);
  assert.deepEqual(messages(session.tick(60_000)), [notify('000000010001', false)]);
  assert.deepEqual(session.tick(119_999), []);
  assert.deepEqual(messages(session.tick(120_000)), [notify('000000010002', false)]);
});

test('a miner that is not ready is not refreshed', () => {
  const session = trueServer();
  session.job(trueJob(1), true, 0);
  assert.deepEqual(session.tick(1e9), []);
  session.line(SUBSCRIBE, 0);
  assert.deepEqual(session.tick(2e9), []);
});

test('a nonce may be read as given and, if it leaves room, behind the prefix', () => {
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

test('an invalid nonce is refused with a reason', () => {
  const session = readyTrue({ refreshDelayMs: () => 1e9 });
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
  const session = readyTrue({ refreshDelayMs: () => 1e9 });
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

test('job ids become ascending numbers, and numbers become job ids again', () => {
  assert.equal(trueJobId(0x2a, 3), '0000002a0003');
  assert.deepEqual(parseTrueJobId('0000002a0003'), { sequence: 0x2a, refresh: 3, number: 0x2a0003 });
  assert.deepEqual(parseTrueJobId(trueJobId(LAST_SEQUENCE, 0xffff)), {
    sequence: LAST_SEQUENCE,
    refresh: 0xffff,
    number: 2 ** 48 - 1,
  });
});

test('a connection that has used up its suffixes waits for the next broadcast', () => {
  const session = readyTrue({ refreshMs: 1 });
  for (let i = 1; i <= 0xffff; i += 1) session.tick(i * 2);
  assert.deepEqual(session.tick(1e9), []);
  assert.equal(submitted(session, trueSubmit(1, '00000001ffff')).submission.jobSequence, 1);
  assert.deepEqual(messages(session.job(trueJob(2), true, 2e9)), [notify('000000020000', true)]);
});

test('submit answers keep their order although all have one id', () => {
  const session = readyTrue({ refreshDelayMs: () => 1e9 });
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

test('the session can ask the miner for its version; the answer to that gets no answer', () => {
  const session = readyTrue();
  assert.deepEqual(only(session.askVersion()), { id: 'version', method: 'client.get_version', params: [] });
  assert.deepEqual(session.line(line({ id: 'version', error: null, result: 'cpuminer/0.1.0' }), 0), []);
});

test('other methods of the Zcash dialect are unknown here', () => {
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

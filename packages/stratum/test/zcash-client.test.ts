import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import type { ZcashClientSession } from '../src/index.ts';
import { hex, line, messages, NONCE2, ofKind, one, only, zcashClient } from './support.ts';

const SUBSCRIBED = { id: 1, result: ['5c8bb72a', 'a1b2c3d4'], error: null };
const TARGET = { id: null, method: 'mining.set_target', params: ['00ff'.padEnd(64, '0')] };
const PARAMS = [
  'j1',
  '04000000',
  '11'.repeat(32),
  '22'.repeat(32),
  '33'.repeat(32),
  '47b98b5c',
  'ffff071f',
  true,
];
const notify = (more: Record<number, unknown> = {}) => ({
  id: null,
  method: 'mining.notify',
  params: PARAMS.map((param, i) => (i in more ? more[i] : param)),
});

function greeted(options: Parameters<typeof zcashClient>[0] = {}): ZcashClientSession {
  const session = zcashClient(options);
  session.open();
  for (const message of [SUBSCRIBED, { id: 2, result: true, error: null }, TARGET])
    session.line(line(message));
  return session;
}

const share = (jobId: string, nonce = `a1b2c3d4${NONCE2}`) => ({
  jobId,
  time: 0x5c8bb947,
  nonce: hex(nonce),
  solution: hex('01020304'),
});

function broken(session: ZcashClientSession, message: unknown): string {
  const effects = session.line(line(message));
  assert.deepEqual(
    effects.map((effect) => effect.kind),
    ['broken'],
    JSON.stringify(message),
  );
  return one(effects, 'broken').detail;
}

test('the client opens with subscribe and goes on after each answer', () => {
  const session = zcashClient({ sessionId: 'old', extranonceSubscribe: true, suggestTarget: 0xabcn });
  assert.deepEqual(messages(session.open()), [
    { id: 1, method: 'mining.subscribe', params: ['adit/0.1.0', 'old', '127.0.0.1', 3333] },
  ]);
  assert.deepEqual(messages(session.line(line(SUBSCRIBED))), [
    { id: 2, method: 'mining.authorize', params: ['w.1', 'x'] },
    { id: 3, method: 'mining.extranonce.subscribe', params: [] },
    { id: 1_000_000_000, method: 'mining.suggest_target', params: ['abc'.padStart(64, '0')] },
  ]);
  assert.deepEqual(session.line(line({ id: 2, result: true, error: null })), [{ kind: 'ready' }]);
  assert.equal(session.sessionId, '5c8bb72a');
});

test('a new connection says null for its session', () => {
  assert.deepEqual((only(zcashClient().open()) as { params: unknown[] }).params[1], null);
});

test('a job carries everything that is needed to mine it', () => {
  const { job, clean } = one(greeted().line(line(notify())), 'job');
  assert.equal(clean, true);
  assert.deepEqual(job, {
    id: 'j1',
    version: 4,
    prevHash: hex('11'.repeat(32)),
    merkleRoot: hex('22'.repeat(32)),
    reserved: hex('33'.repeat(32)),
    time: 0x5c8bb947,
    bits: 0x1f07ffff,
    nonce1: hex('a1b2c3d4'),
    target: 0xffn << 240n,
  });
});

test('further params after the eight are ignored, and fewer than eight end the connection', () => {
  const more = { ...notify(), params: [...PARAMS, '144_5', 'BgoldPoW'] };
  assert.equal(ofKind(greeted().line(line(more)), 'job').length, 1);
  for (let count = 0; count < 8; count += 1)
    broken(greeted(), { ...notify(), params: PARAMS.slice(0, count) });
});

test('a target holds from the next job on', () => {
  const session = greeted();
  const before = one(session.line(line(notify())), 'job').job.target;
  assert.deepEqual(session.line(line({ ...TARGET, params: ['01'.padEnd(64, '0')] })), []);
  const after = one(session.line(line(notify({ 0: 'j2' }))), 'job').job.target;
  assert.deepEqual([before, after], [0xffn << 240n, 1n << 248n]);
});

test('a share goes out once with the next id, and its answer comes back with its token', () => {
  const session = greeted();
  session.line(line(notify()));
  assert.deepEqual(only(session.submit(share('j1'), 70)), {
    id: 4,
    method: 'mining.submit',
    params: ['w.1', 'j1', '47b98b5c', NONCE2, '0401020304'],
  });
  assert.equal((only(session.submit(share('j1'), 71)) as { id: number }).id, 5);
  assert.deepEqual(session.line(line({ id: 5, result: true, error: null })), [
    { kind: 'result', token: 71, accepted: true, reason: '' },
  ]);
  assert.deepEqual(session.line(line({ id: '4', result: null, error: [23, 'Low difficulty share', null] })), [
    { kind: 'result', token: 70, accepted: false, reason: 'Low difficulty share' },
  ]);
  assert.deepEqual(session.line(line({ id: 5, result: true, error: null })), []);
});

test('only true without an error is accepted, in whatever shape the refusal comes', () => {
  for (const [answer, reason] of [
    [{ result: false, error: [21, 'Job not found', null] }, 'Job not found'],
    [{ result: null, error: [22, 'Duplicate share'] }, 'Duplicate share'],
    [{ result: false, error: { code: 23, message: 'Low difficulty' } }, 'Low difficulty'],
    [{ result: null, error: 'no' }, 'no'],
    [{ result: true, error: [20, 'yet refused', null] }, 'yet refused'],
    [{ result: 'true', error: null }, 'no reason given'],
    [{ result: 1 }, 'no reason given'],
    [{ error: [1, 2] }, 'no reason given'],
    [{ error: {} }, 'no reason given'],
    [{ result: null, error: [20, 'a\u001b[2J\u0007\u009b\u202eb\u2028', null] }, 'a?[2J???b?'],
    [{ result: null, error: [20, 'x'.repeat(5000), null] }, 'x'.repeat(200)],
  ] as const) {
    const session = greeted();
    session.line(line(notify()));
    session.submit(share('j1'), 1);
    assert.deepEqual(session.line(line({ id: 4, ...answer })), [
      { kind: 'result', token: 1, accepted: false, reason },
    ]);
  }
});

test('with the trailing layout, nonce2 stands in front', () => {
  const session = greeted({ nonceLayout: 'trailing' });
  session.line(line(notify()));
  const [sent] = messages(session.submit(share('j1', `${NONCE2}a1b2c3d4`), 1)) as [{ params: string[] }];
  assert.equal(sent.params[3], NONCE2);
});

test('withdrawn jobs are never submitted', () => {
  const session = greeted();
  session.line(line(notify({ 0: 'a', 7: false })));
  session.line(line(notify({ 0: 'b', 7: false })));
  assert.equal(messages(session.submit(share('a'), 1)).length, 1);
  session.line(line(notify({ 0: 'c' })));
  for (const id of ['a', 'b', 'never', '']) assert.deepEqual(session.submit(share(id), 2), [], id);
  assert.equal(messages(session.submit(share('c'), 3)).length, 1);
  assert.deepEqual(zcashClient().submit(share('c'), 4), []);
});

test('of jobs that are never withdrawn the last 64 count', () => {
  const session = greeted();
  for (let i = 0; i < 65; i += 1) session.line(line(notify({ 0: `j${i}`, 7: false })));
  assert.deepEqual(session.submit(share('j0'), 1), []);
  assert.equal(messages(session.submit(share('j1'), 1)).length, 1);
  // A job that comes again and again counts once.
  for (let i = 0; i < 70; i += 1) session.line(line(notify({ 0: 'j64', 7: false })));
  assert.equal(messages(session.submit(share('j1'), 2)).length, 1);
});

test('a job id has at most 128 characters', () => {
  const session = greeted();
  assert.equal(one(session.line(line(notify({ 0: 'x'.repeat(128) }))), 'job').job.id.length, 128);
  assert.match(broken(session, notify({ 0: 'x'.repeat(129) })), /mining\.notify/);
});

test('the client understands a pool that puts the ids of its answers in quotes', () => {
  const session = greeted();
  session.line(line(notify()));
  const [submission] = messages(session.submit(share('j1'), 7)) as { id: number }[];
  const answer = { id: String(submission?.id), result: true, error: null };
  assert.equal(one(session.line(line(answer)), 'result').token, 7);
});

test('a subscribe answer that cannot be used ends the connection', () => {
  for (const [answer, reason] of [
    [{ result: null, error: [20, 'pool is full', null] }, 'pool is full'],
    [{ result: ['s', '00'.repeat(32)] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: ['s', '0'] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: ['s', '0x00'] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: ['s', 5] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: ['s'] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: true }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: { 1: 'aa' } }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ result: ['s', 'f'.repeat(100_000)] }, 'session id and at most 31 bytes of nonce1 were expected'],
    [{ error: { message: 'x'.repeat(9000) } }, 'x'.repeat(200)],
  ] as const) {
    const session = zcashClient();
    session.open();
    assert.equal(broken(session, { id: 1, ...answer }), `no usable answer to mining.subscribe: ${reason}`);
  }
});

test('a session id that is not a short text is not kept', () => {
  for (const id of [null, 5, {}, 'x'.repeat(129)]) {
    const session = zcashClient();
    session.open();
    session.line(line({ id: 1, result: [id, 'a1b2c3d4'] }));
    assert.equal(session.sessionId, null);
  }
  const session = zcashClient();
  session.open();
  session.line(line({ id: 1, result: ['x'.repeat(128), 'a1b2c3d4'] }));
  assert.equal(session.sessionId, 'x'.repeat(128));
});

test('a refused worker is not worth another connection', () => {
  for (const answer of [
    { result: null, error: [24, 'Unauthorized worker', null] },
    { result: false, error: null },
    {},
  ]) {
    const session = zcashClient();
    session.open();
    session.line(line(SUBSCRIBED));
    const { reason } = one(
      session.line(line({ id: 2, result: undefined, error: null, ...answer })),
      'refused',
    );
    assert.match(reason, /^the pool refuses w\.1: /);
  }
});

test('a target of zero, or of another length, ends the connection', () => {
  for (const target of [
    '0'.repeat(64),
    'f'.repeat(62),
    'f'.repeat(66),
    `0x${'f'.repeat(62)}`,
    1,
    null,
    1.5,
    {},
    'f'.repeat(500_000),
  ]) {
    assert.equal(
      broken(greeted(), { ...TARGET, params: [target] }),
      'mining.set_target must be 64 hex digits, not zero',
    );
  }
  broken(greeted(), { ...TARGET, params: [] });
});

test('a nonce1 that leaves no room, or none at all, ends the connection', () => {
  for (const nonce1 of ['', '00'.repeat(32), '0', 'zz', 7, null, 'ab'.repeat(100_000)]) {
    const reason = broken(greeted(), { id: null, method: 'mining.set_extranonce', params: [nonce1] });
    assert.equal(reason, 'mining.set_extranonce must be 1 to 31 bytes of hex');
  }
});

const SET_EXTRANONCE = (nonce1: string) => ({ id: null, method: 'mining.set_extranonce', params: [nonce1] });

test('a nonce1 holds from the next job on: until then shares of the running job go out, under the old one', () => {
  const session = greeted();
  session.line(line(notify()));
  assert.deepEqual(session.line(line(SET_EXTRANONCE('0a0b0c0d0e'))), []);
  assert.equal((only(session.submit(share('j1'), 1)) as { params: unknown[] }).params[3], NONCE2);
  const { job, clean } = one(session.line(line(notify({ 0: 'j2', 7: false }))), 'job');
  assert.equal(encodeHex(job.nonce1), '0a0b0c0d0e');
  assert.equal(clean, true, 'a submission does not name its nonce1');
  assert.deepEqual(session.submit(share('j1'), 2), []);
  const nonce = `0a0b0c0d0e${NONCE2.slice(2)}`;
  assert.equal(
    (only(session.submit(share('j2', nonce), 3)) as { params: unknown[] }).params[3],
    NONCE2.slice(2),
  );
  assert.equal(one(session.line(line(notify({ 0: 'j3', 7: false }))), 'job').clean, false);
});

test('the nonce1 that a miner has already changes nothing, also where it comes back before the next job', () => {
  for (const values of [['a1b2c3d4'], ['A1B2C3D4'], ['0a0b0c0d', 'a1b2c3d4']]) {
    const session = greeted();
    session.line(line(notify()));
    for (const value of values) assert.deepEqual(session.line(line(SET_EXTRANONCE(value))), []);
    const { job, clean } = one(session.line(line(notify({ 0: 'j2', 7: false }))), 'job');
    assert.deepEqual([encodeHex(job.nonce1), clean], ['a1b2c3d4', false]);
    assert.equal(messages(session.submit(share('j1'), 1)).length, 1);
  }
});

test('a job names its Equihash with its personalization, if eight characters follow the parameters', () => {
  const named = (...extras: unknown[]) =>
    one(greeted().line(line({ ...notify(), params: [...PARAMS, ...extras] })), 'job').job.equihash;
  assert.equal(named(), undefined);
  assert.deepEqual(named('144_5', 'BgoldPoW'), { n: 144, k: 5, personalization: 'BgoldPoW' });
  assert.deepEqual(named(7, '192_7', 'ZERO_PoW'), { n: 192, k: 7, personalization: 'ZERO_PoW' });
  for (const next of ['short', 'ninechars', 8, null, 'caf\u00e9PoW'])
    assert.deepEqual(named('144_5', next), { n: 144, k: 5 });
});

test('a job with a field of the wrong length or type ends the connection, naming the field', () => {
  for (const [index, name, digits] of [
    [1, 'version', 8],
    [2, 'prevhash', 64],
    [3, 'merkleroot', 64],
    [4, 'reserved', 64],
    [5, 'time', 8],
    [6, 'bits', 8],
  ] as const) {
    for (const value of [
      '',
      '0'.repeat(digits - 2),
      '0'.repeat(digits + 2),
      `0x${'0'.repeat(digits - 2)}`,
      'g'.repeat(digits),
      5,
      null,
      [],
      'a'.repeat(300_000),
    ]) {
      assert.equal(
        broken(greeted(), notify({ [index]: value })),
        `mining.notify: ${name} must be ${digits} hex digits`,
      );
    }
  }
  for (const [index, values] of [
    [0, [5, null, 'x'.repeat(129)]],
    [7, ['true', 1, null]],
  ] as const) {
    for (const value of values) {
      assert.equal(
        broken(greeted(), notify({ [index]: value })),
        'mining.notify must begin with a job id and end with clean_jobs',
      );
    }
  }
});

test('a job before the subscribe answer ends the connection; after a job before any target, the client waits for the next', () => {
  const session = zcashClient();
  session.open();
  assert.equal(broken(session, notify()), 'a job came before the answer to mining.subscribe');
  session.line(line(SUBSCRIBED));
  assert.equal(
    one(session.line(line(notify())), 'note').text,
    'a job came before any target: waiting for the next',
  );
});

test('a job of another header version is ignored, and the note shows its id in safe characters', () => {
  const session = greeted();
  session.line(line(notify({ 0: 'good', 7: false })));
  const effects = session.line(line(notify({ 0: 'x\u001b[2J\n\u202e', 1: '05000000' })));
  assert.deepEqual(effects, [{ kind: 'note', text: 'job x?[2J?? has header version 5, only 4 is defined' }]);
  assert.equal(messages(session.submit(share('good'), 1)).length, 1);
});

test('a pool that answers none of 1024 submissions is gone', () => {
  const session = greeted();
  session.line(line(notify()));
  for (let i = 0; i < 1024; i += 1) assert.equal(messages(session.submit(share('j1'), i)).length, 1);
  assert.deepEqual(session.submit(share('j1'), 1024), [
    { kind: 'broken', cause: 'unanswered', detail: '1024 submissions have no answer' },
  ]);
});

test('reconnect is passed on with the port as a number, however it came', () => {
  for (const [params, effect] of [
    [[], { waitSeconds: 0 }],
    [['pool.example', 3334, 5], { host: 'pool.example', port: 3334, waitSeconds: 5 }],
    [['pool.example', '3334'], { host: 'pool.example', port: 3334, waitSeconds: 0 }],
    [['', '0'], { waitSeconds: 0 }],
    [['h\u0000\n', 65_536, 1e9], { host: 'h??', waitSeconds: 600 }],
    [[5, 'x', -1], { waitSeconds: 0 }],
    [[null, 1.5, '9'], { waitSeconds: 0 }],
    [['h', '003334', {}], { host: 'h', waitSeconds: 0 }],
  ] as const) {
    const effects = greeted().line(line({ id: null, method: 'client.reconnect', params }));
    assert.deepEqual(effects, [{ kind: 'reconnect', ...effect }], JSON.stringify(params));
  }
  const endless = greeted().line(line('{"id":null,"method":"client.reconnect","params":["h",1,1e999]}'));
  assert.deepEqual(endless, [{ kind: 'reconnect', host: 'h', port: 1, waitSeconds: 600 }]);
});

test('messages for people are passed on, short and in safe characters, and answered if they are requests', () => {
  const show = (id: unknown, text: unknown) =>
    greeted().line(line({ id, method: 'client.show_message', params: [text] }));
  assert.deepEqual(show(null, 'hello'), [{ kind: 'message', text: 'hello' }]);
  assert.deepEqual(show(null, 'a\r\n\u001b]0;x\u0007'), [{ kind: 'message', text: 'a???]0;x?' }]);
  assert.deepEqual(show(null, { x: 1 }), [{ kind: 'message', text: '' }]);
  const [message, send] = show(9, '\u4e2d\u6587');
  assert.deepEqual(message, { kind: 'message', text: '\u4e2d\u6587' });
  assert.deepEqual(send, { kind: 'send', data: '{"id":9,"result":true,"error":null}\n' });
});

test('an unknown method gives a note, and an answer if it was a request', () => {
  assert.deepEqual(greeted().line(line({ id: null, method: 'mining.set_difficulty', params: [1] })), [
    { kind: 'note', text: 'the pool sent mining.set_difficulty, which means nothing here' },
  ]);
  const effects = greeted().line(line({ id: 'q', method: 'client.foo', params: [] }));
  assert.deepEqual(only(effects), { id: 'q', result: null, error: [20, 'Unknown method', null] });
});

test('answers without a request, and lines that are not messages, do no harm', () => {
  const session = greeted();
  assert.deepEqual(session.line(line({ id: 999, result: true, error: null })), []);
  assert.deepEqual(session.line(line({ id: 1, result: ['x', 'ffff'], error: null })), []);
  assert.deepEqual(session.line(line({ id: null, result: null, error: [20, 'you are banned', null] })), [
    { kind: 'message', text: 'you are banned' },
  ]);
  for (const text of ['', 'HTTP/1.1 400 Bad Request', '[]', 'null', '{"id":[]}']) {
    assert.equal(one(session.line(line(text)), 'note').text.startsWith('a line that is no message: '), true);
  }
  assert.equal(encodeHex(one(session.line(line(notify())), 'job').job.nonce1), 'a1b2c3d4');
});

test('an answer nested as deep as a line is long does no harm', () => {
  const session = zcashClient();
  session.open();
  for (const [depth, fault] of [
    [100, 'the message is nested more than 9 levels deep'],
    [8_000, 'a line of more than 512 bytes holds no more than 128 values'],
    [500_000, 'a line of more than 16384 bytes must be a list of texts'],
  ] as const) {
    const deep = `{"id":1,"result":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    assert.equal(one(session.line(line(deep)), 'note').text, `a line that is no message: ${fault}`);
  }
});

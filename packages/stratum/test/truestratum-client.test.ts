import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrueStratumClientSession } from '../src/index.ts';
import { HEADER_HASH, hex, line, messages, one, only, SEED_HASH, trueClient } from './support.ts';

const SUBSCRIBED = {
  id: 1,
  result: [['mining.notify', 'session', 'TrueStratum/0.1.0'], '080c', 4],
  error: null,
};
const TARGET = { id: null, method: 'mining.set_difficulty', params: ['00ff'.padEnd(32, '0')] };
const notify = (
  id: unknown,
  clean: unknown = true,
  seedHash: unknown = SEED_HASH,
  headerHash: unknown = HEADER_HASH,
) => ({
  id: null,
  method: 'mining.notify',
  params: [id, seedHash, headerHash, clean],
});

function greeted(): TrueStratumClientSession {
  const session = trueClient();
  session.open();
  for (const message of [SUBSCRIBED, { id: 2, result: true, error: null }, TARGET])
    session.line(line(message));
  return session;
}

function reason(session: TrueStratumClientSession, message: unknown): string {
  return one(session.line(line(message)), 'broken').detail;
}

test('targets are taken with 32 digits, and with 16 as the leading half', () => {
  for (const [text, target] of [
    ['0545415ab8418cbb', 0x0545415ab8418cbbn << 64n],
    ['0545415AB8418CBB0000000000000001', (0x0545415ab8418cbbn << 64n) + 1n],
    ['f'.repeat(32), (1n << 128n) - 1n],
  ] as const) {
    const session = greeted();
    assert.deepEqual(session.line(line({ ...TARGET, params: [text] })), []);
    assert.equal(one(session.line(line(notify('j'))), 'job').job.target, target);
  }
});

test('a value that is not a target gives a note, and the target before stays', () => {
  for (const target of [
    'f'.repeat(31),
    'f'.repeat(64),
    `0x${'f'.repeat(30)}`,
    1024,
    null,
    {},
    '',
    'f'.repeat(500_000),
  ]) {
    const session = greeted();
    assert.deepEqual(session.line(line({ ...TARGET, params: [target] })), [
      { kind: 'note', text: 'mining.set_difficulty must be a target of 32 hex digits: ignored' },
    ]);
    assert.equal(one(session.line(line(notify('j'))), 'job').job.target, 0xffn << 112n);
  }
});

test('no share can meet a target of zero: the client gives up the connection, and sends no share before that', () => {
  for (const target of ['0'.repeat(32), '0'.repeat(16)]) {
    assert.deepEqual(greeted().line(line({ ...TARGET, params: [target] })), [
      { kind: 'broken', cause: 'bad_target', detail: 'mining.set_difficulty must not be zero' },
    ]);
  }
});

test('a nonce1 of 0 to 3 bytes is taken, and one of another length ends the connection', () => {
  for (const nonce1 of ['', 'ff', '080c', '0102ff']) {
    const session = trueClient();
    session.open();
    session.line(line({ ...SUBSCRIBED, result: [SUBSCRIBED.result[0], nonce1, 4] }));
    session.line(line(TARGET));
    assert.deepEqual(one(session.line(line(notify('j'))), 'job').job.nonce1, hex(nonce1));
  }
  for (const nonce1 of ['01020304', '00'.repeat(32), '0', '0x08', 8, null, [], 'ab'.repeat(200_000)]) {
    const session = trueClient();
    session.open();
    assert.equal(
      reason(session, { ...SUBSCRIBED, result: [[], nonce1, 4] }),
      'no usable answer to mining.subscribe: a subscription and at most 3 bytes of nonce1 were expected',
    );
  }
});

test('a job of the wrong shape ends the connection', () => {
  for (const [message, why] of [
    [notify('j', true, SEED_HASH.slice(2)), 'mining.notify: seedhash must be 64 hex digits'],
    [notify('j', true, ''), 'mining.notify: seedhash must be 64 hex digits'],
    [notify('j', true, `0x${SEED_HASH}`), 'mining.notify: seedhash must be 64 hex digits'],
    [notify('j', true, SEED_HASH, `${HEADER_HASH}00`), 'mining.notify: headerhash must be 64 hex digits'],
    [notify('j', true, SEED_HASH, null), 'mining.notify: headerhash must be 64 hex digits'],
    [notify(5), 'mining.notify must begin with a job id and end with cleanjobs'],
    [notify('x'.repeat(129)), 'mining.notify must begin with a job id and end with cleanjobs'],
    [notify('j', 'true'), 'mining.notify must begin with a job id and end with cleanjobs'],
    [{ ...notify('j'), params: [] }, 'mining.notify must begin with a job id and end with cleanjobs'],
  ] as const) {
    assert.equal(reason(greeted(), message), why);
  }
});

test('a job before the subscribe answer ends the connection; after a job before any target, the client waits for the next', () => {
  const session = trueClient();
  session.open();
  assert.equal(reason(session, notify('j')), 'a job came before the answer to mining.subscribe');
  session.line(line(SUBSCRIBED));
  assert.equal(
    one(session.line(line(notify('j'))), 'note').text,
    'a job came before any target: waiting for the next',
  );
});

test('a nonce goes out whole, as a decimal string, and ids count up from 244', () => {
  const session = greeted();
  session.line(line(notify('j')));
  const nonce = 12746283679700578177n;
  assert.deepEqual(only(session.submit({ jobId: 'j', nonce }, 1)), {
    id: 244,
    method: 'mining.submit',
    params: ['miner1', 'j', '12746283679700578177'],
  });
  assert.equal((only(session.submit({ jobId: 'j', nonce: 0n }, 2)) as { id: number }).id, 245);
});

test('withdrawn jobs are never submitted, others of the same tip are', () => {
  const session = greeted();
  session.line(line(notify('a')));
  session.line(line(notify('b', false)));
  assert.equal(messages(session.submit({ jobId: 'a', nonce: 1n }, 1)).length, 1);
  session.line(line(notify('c', true)));
  for (const jobId of ['a', 'b', 'never']) assert.deepEqual(session.submit({ jobId, nonce: 1n }, 2), []);
  assert.equal(messages(session.submit({ jobId: 'c', nonce: 1n }, 3)).length, 1);
});

test('an answer is matched by its id, or by order if it has none, and an answer with an unknown id is ignored', () => {
  const session = greeted();
  session.line(line(notify('j')));
  session.submit({ jobId: 'j', nonce: 1n }, 10);
  session.submit({ jobId: 'j', nonce: 2n }, 11);
  assert.equal(one(session.line(line({ result: true, error: null })), 'result').token, 10);
  assert.deepEqual(session.line(line({ id: 244, result: true, error: null })), []);
  assert.equal(
    one(session.line(line({ id: 245, result: false, error: [-1, 'Job not found', null] })), 'result').token,
    11,
  );
});

test('an error instead of seeds is passed on with its own text', () => {
  const session = greeted();
  session.requestSeeds('j');
  assert.equal(
    reason(session, { id: 5, result: false, error: [-1, 'Job not found', null] }),
    'no usable answer to mining.seedhash: Job not found',
  );
});

test('our session id is kept for the next connection, if it is short text', () => {
  for (const [names, id] of [
    [['mining.notify', 'abc', 'v'], 'abc'],
    [['mining.notify', 5, 'v'], undefined],
    [['mining.notify', 'x'.repeat(128), 'v'], 'x'.repeat(128)],
    [['mining.notify', 'x'.repeat(129), 'v'], undefined],
    ['mining.notify', undefined],
    [null, undefined],
  ] as const) {
    const session = trueClient();
    session.open();
    session.line(line({ id: 1, result: [names, '080c', 4] }));
    assert.equal(session.sessionId, id);
  }
});

test('of jobs that are never withdrawn the last 64 count, and a job that comes again counts once', () => {
  const session = greeted();
  for (let i = 0; i < 65; i += 1) session.line(line(notify(`j${i}`, false)));
  for (let i = 0; i < 70; i += 1) session.line(line(notify('j64', false)));
  assert.deepEqual(session.submit({ jobId: 'j0', nonce: 1n }, 1), []);
  assert.equal(messages(session.submit({ jobId: 'j1', nonce: 1n }, 1)).length, 1);
});

test('a job id has at most 128 characters', () => {
  const session = greeted();
  assert.equal(one(session.line(line(notify('x'.repeat(128)))), 'job').job.id.length, 128);
  assert.match(reason(session, notify('x'.repeat(129))), /mining\.notify/);
});

test('the client understands a pool that puts the ids of its answers in quotes', () => {
  const session = greeted();
  session.line(line(notify('j')));
  session.submit({ jobId: 'j', nonce: 1n }, 10);
  assert.equal(one(session.line(line({ id: '244', result: true, error: null })), 'result').token, 10);
});

test('an unknown method gives a note, and an answer if it was a request', () => {
  const effects = greeted().line(line({ id: 9, method: 'mining.dance', params: [] }));
  assert.match(one(effects, 'note').text, /mining\.dance/);
  assert.equal((only(effects) as { id: number }).id, 9);
});

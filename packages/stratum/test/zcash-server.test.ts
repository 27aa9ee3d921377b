import assert from 'node:assert/strict';
import { test } from 'node:test';
import { targetToHex } from '@adit/primitives';
import { shareTargetOf, zcashNotifyLine } from '../src/index.ts';
import {
  EASY,
  FIELDS,
  HARD,
  hex,
  line,
  messages,
  ofKind,
  one,
  only,
  readyZcash,
  zcashJob,
  zcashServer,
  zcashSubmit,
} from './support.ts';

const subscribe = (params: unknown[]) => line({ id: 1, method: 'mining.subscribe', params });
const AUTHORIZE = line({ id: 2, method: 'mining.authorize', params: ['w.1', 'x'] });

const setTarget = (target: bigint) => ({
  id: null,
  method: 'mining.set_target',
  params: [targetToHex(target, 32)],
});
const notify = (id: string, clean: boolean) => ({
  id: null,
  method: 'mining.notify',
  params: [id, '04000000', '11'.repeat(32), '22'.repeat(32), '33'.repeat(32), '47b98b5c', 'ffff071f', clean],
});

test('subscribe takes params of any number and type, and finds the user agent', () => {
  for (const [params, agent] of [
    [[], ''],
    [['nheqminer/0.5c', null, 'pool.example', '3333'], 'nheqminer/0.5c'],
    [['nheqminer/0.5c', '5c8bb72a', 'pool.example', 3333], 'nheqminer/0.5c'],
    [['useragent', 1112233, '127.0.0.1', '3333'], 'useragent'],
    [['useragent', '1112233', '127.0.0.1', '3333'], 'useragent'],
    // A draft had host and port in front, and zogminer followed it.
    [['pool.example', 3333, 'zogminer/1.0', null], 'zogminer/1.0'],
    [['pool.example', '3333', 'zogminer/1.0', 'session'], 'zogminer/1.0'],
    [['silentarmy', 7], 'silentarmy'],
    [['agent/1.0', 'session123'], 'agent/1.0'],
    [['agent/1.0', '1112233'], 'agent/1.0'],
    [[null, 12, true, {}, ['agent']], ''],
    [['x'.repeat(300)], 'x'.repeat(64)],
    [['a\u001b[31m\u00e9\n'], 'a?[31m??'],
  ] as const) {
    const effects = zcashServer().line(subscribe([...params]), 0);
    assert.deepEqual(only(effects), { id: 1, result: [null, 'a1b2c3d4'], error: null });
    assert.equal(one(effects, 'subscribed').agent, agent, JSON.stringify(params));
  }
});

test('the session id is what the pool chose, null or text', () => {
  const effects = zcashServer({ sessionId: '5c8bb72a' }).line(subscribe([]), 0);
  assert.deepEqual(only(effects), { id: 1, result: ['5c8bb72a', 'a1b2c3d4'], error: null });
});

test('nonce1 may have 1 to 17 bytes, and nonce2 has the rest', () => {
  for (let length = 1; length <= 17; length += 1) {
    const nonce1 = hex('9e'.repeat(length));
    const session = readyZcash({ nonce1 });
    assert.deepEqual(messages(session.line(subscribe([]), 0)), [
      { id: 1, result: [null, '9e'.repeat(length)], error: null },
    ]);
    const nonce2 = '01'.repeat(32 - length);
    const { submission } = one(session.line(zcashSubmit(4, { 3: nonce2 }), 0), 'submit');
    assert.deepEqual(submission.nonce, hex('9e'.repeat(length) + nonce2));
    for (const wrong of [nonce2.slice(2), `${nonce2}00`]) {
      assert.equal(
        one(session.line(zcashSubmit(4, { 3: wrong }), 0), 'refused').reason,
        wrong.length === 64 ? 'wrong_nonce1' : 'bad_nonce',
      );
    }
  }
});

test('after subscribe and authorize comes the target, then the job, clean', () => {
  const session = zcashServer();
  assert.deepEqual(session.job(zcashJob(7), false), []);
  assert.equal(messages(session.line(subscribe([]), 0)).length, 1);
  assert.deepEqual(messages(session.line(AUTHORIZE, 0)), [
    { id: 2, result: true, error: null },
    setTarget(EASY),
    notify('00000007', true),
  ]);
});

test('authorize before subscribe is taken; target and job follow the subscribe reply', () => {
  const session = zcashServer();
  session.job(zcashJob(7), true);
  assert.deepEqual(messages(session.line(AUTHORIZE, 0)), [{ id: 2, result: true, error: null }]);
  assert.deepEqual(messages(session.line(subscribe([]), 0)), [
    { id: 1, result: [null, 'a1b2c3d4'], error: null },
    setTarget(EASY),
    notify('00000007', true),
  ]);
});

test('a second worker does not bring a second job', () => {
  const session = readyZcash();
  const second = line({ id: 3, method: 'mining.authorize', params: ['w.2'] });
  assert.deepEqual(messages(session.line(second, 0)), [{ id: 3, result: true, error: null }]);
  assert.deepEqual([...session.workers.names()], ['w.1', 'w.2']);
});

test('with jobOnSubscribe target and job come before authorize, and once more after it', () => {
  const session = zcashServer({ jobOnSubscribe: true });
  session.job(zcashJob(7), true);
  assert.deepEqual(messages(session.line(subscribe([]), 0)), [
    { id: 1, result: [null, 'a1b2c3d4'], error: null },
    setTarget(EASY),
    notify('00000007', true),
  ]);
  // A target that changed in between waits for a new work: the target of job 7 is settled.
  session.setTarget(EASY / 2n, 8, 0);
  assert.deepEqual(messages(session.line(AUTHORIZE, 0)), [
    { id: 2, result: true, error: null },
    notify('00000007', true),
  ]);
  assert.equal(one(session.line(zcashSubmit(4, { 1: '00000007' }), 0), 'submit').submission.target, EASY);
  assert.deepEqual(messages(session.job(zcashJob(8), false)), [
    setTarget(EASY / 2n),
    notify('00000008', true),
  ]);
});

test('jobs carry clean as it was asked for, except that the first is always clean', () => {
  const session = zcashServer();
  session.line(subscribe([]), 0);
  session.line(AUTHORIZE, 0);
  assert.deepEqual(messages(session.job(zcashJob(1), false)), [setTarget(EASY), notify('00000001', true)]);
  assert.deepEqual(messages(session.job(zcashJob(2), false)), [notify('00000002', false)]);
  assert.deepEqual(messages(session.job(zcashJob(3), true)), [notify('00000003', true)]);
});

test('a new target goes out directly before the first job that it holds for, which is clean, and only when it changed', () => {
  const session = readyZcash();
  session.setTarget(EASY / 4n, 3, 0);
  // Work 2 existed already when the target was set.
  assert.deepEqual(messages(session.job(zcashJob(2), false)), [notify('00000002', false)]);
  session.setTarget(EASY / 4n, 4, 0);
  assert.deepEqual(messages(session.job(zcashJob(3), false)), [
    setTarget(EASY / 4n),
    notify('00000003', true),
  ]);
  session.setTarget(EASY / 4n, 4, 0);
  assert.deepEqual(messages(session.job(zcashJob(3), false)), [notify('00000003', false)]);
  assert.deepEqual(messages(session.job(zcashJob(4), false)), [notify('00000004', false)]);
});

test('a share target is never harder than the network target of its job', () => {
  const session = readyZcash({ targets: [{ from: 0, value: 1n }] });
  const [target] = messages(session.job(zcashJob(2, { networkTarget: HARD * 2n }), true));
  assert.deepEqual(target, setTarget(HARD * 2n));
  // The settled target does not change with the network's target; the judge of the share takes the easier one.
  const { submission } = one(session.line(zcashSubmit(4, { 1: '00000002' }), 0), 'submit');
  assert.equal(submission.target, 1n);
  assert.equal(shareTargetOf(submission.target, HARD * 2n), HARD * 2n);
  assert.equal(shareTargetOf(EASY, HARD), EASY);
});

test('each share is judged by the target of its own job', () => {
  const session = readyZcash();
  for (let sequence = 2; sequence <= 6; sequence += 1) {
    session.setTarget(EASY / BigInt(sequence), sequence, 0);
    session.job(zcashJob(sequence), false);
  }
  session.setTarget(1n << 240n, 7, 0); // Not yet made: it counts for no job.
  for (const sequence of [6, 2, 4, 1, 5, 3]) {
    const { submission } = one(session.line(zcashSubmit(sequence, { 1: `0000000${sequence}` }), 0), 'submit');
    assert.equal(submission.target, EASY / BigInt(sequence));
    assert.equal(submission.jobSequence, sequence);
  }
});

test('suggest_target is answered and handed on; a value that is not a target is refused', () => {
  const session = readyZcash();
  const suggest = (params: unknown[]) =>
    session.line(line({ id: 8, method: 'mining.suggest_target', params }), 0);
  const effects = suggest([targetToHex(EASY / 3n, 32)]);
  assert.deepEqual(only(effects), { id: 8, result: true, error: null });
  assert.equal(one(effects, 'suggest').target, EASY / 3n);
  for (const params of [[], [null], [1], ['ff'], [`0x${'f'.repeat(62)}`], ['g'.repeat(64)], [{}]]) {
    const refused = suggest(params);
    assert.deepEqual(only(refused), {
      id: 8,
      result: null,
      error: [20, 'Bad parameters: params[0] must be a target of 64 hex digits', null],
    });
    assert.equal(ofKind(refused, 'suggest').length, 0);
  }
});

test('suggest_difficulty is answered and handed on as decimal text, as number or as text', () => {
  const session = readyZcash();
  const suggest = (params: unknown[]) =>
    session.line(line({ id: 8, method: 'mining.suggest_difficulty', params }), 0);
  for (const [value, text] of [
    [64, '64.000000000'],
    [0.1 + 0.2, '0.300000000'],
    ['0.5', '0.5'],
    [1e14, '100000000000000.000000000'],
  ] as const) {
    const effects = suggest([value, 'more']);
    assert.deepEqual(only(effects), { id: 8, result: true, error: null });
    assert.equal(one(effects, 'suggest_difficulty').difficulty, text);
  }
  for (const params of [
    [],
    [null],
    [0],
    [-1],
    [1e-10],
    [1e15],
    [1e300],
    ['1e3'],
    ['0x10'],
    [''],
    [' 1'],
    [{}],
    [[1]],
  ]) {
    const refused = suggest(params);
    assert.deepEqual(only(refused), {
      id: 8,
      result: null,
      error: [20, 'Bad parameters: params[0] must be a difficulty: a decimal number above 0', null],
    });
    assert.equal(ofKind(refused, 'suggest_difficulty').length, 0);
  }
});

test('the small requests of real miners are answered as they expect', () => {
  const session = readyZcash();
  for (const [method, result] of [
    ['mining.extranonce.subscribe', true],
    ['mining.multi_version', true],
    ['mining.configure', {}],
    ['mining.get_transactions', []],
  ] as const) {
    assert.deepEqual(only(session.line(line({ id: 3, method, params: [['version-rolling'], {}] }), 0)), {
      id: 3,
      result,
      error: null,
    });
  }
});

test('a job may name its parameters behind the eight of the protocol', () => {
  const text = zcashNotifyLine('0000002a', { ...FIELDS, time: 1, bits: 0x200f0f0f }, false, [
    '144_5',
    'BgoldPoW',
  ]);
  assert.deepEqual(JSON.parse(text).params.slice(5), ['01000000', '0f0f0f20', false, '144_5', 'BgoldPoW']);
});

test('the agent and the wish for another nonce1 are known once the miner has told them', () => {
  const session = zcashServer();
  assert.deepEqual([session.agent, session.wantsExtranonce], ['', false]);
  assert.deepEqual(session.nonce1, hex('a1b2c3d4'));
  session.line(subscribe(['agent/1.0']), 0);
  assert.deepEqual([session.agent, session.wantsExtranonce], ['agent/1.0', false]);
  session.line(line({ id: 2, method: 'mining.extranonce.subscribe', params: [] }), 0);
  assert.equal(session.wantsExtranonce, true);
});

test('a port that keeps no sessions answers a miner that asks for one', () => {
  const effects = zcashServer().line(subscribe(['agent/1.0', '0123456789abcdef'.repeat(2)]), 0);
  assert.deepEqual(only(effects), { id: 1, result: [null, 'a1b2c3d4'], error: null });
});

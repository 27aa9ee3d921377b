import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ZcashKept } from '../src/index.ts';
import {
  EASY,
  HARD,
  hex,
  line,
  messages,
  NONCE2,
  ofKind,
  one,
  readyZcash,
  zcashJob,
  zcashServer,
  zcashSubmit,
} from './support.ts';

const OLD_ID = '0123456789abcdef0123456789abcdef';
const NEW_ID = 'fedcba9876543210fedcba9876543210';
const AUTHORIZE = line({ id: 2, method: 'mining.authorize', params: ['w.1', 'x'] });

function subscribe(params: readonly unknown[]): Uint8Array {
  return line({ id: 1, method: 'mining.subscribe', params });
}

/** The kept part of a session that had nonce1 a1b2c3d4 and job 1. */
function keptSession(): ZcashKept {
  const kept = readyZcash({ sessionId: OLD_ID }).keep();
  assert.ok(kept !== undefined);
  return kept;
}

/** A new connection with another nonce1, where `keptSession` can be resumed once. */
function newConnection(kept: ZcashKept) {
  const asked: string[] = [];
  const session = zcashServer({
    nonce1: hex('99999999'),
    sessionId: NEW_ID,
    targets: [{ from: 0, value: HARD }],
    resume: (id) => {
      asked.push(id);
      return id === OLD_ID && asked.filter((one) => one === OLD_ID).length === 1 ? kept : undefined;
    },
  });
  return { session, asked };
}

test('a resumed session has its id and its nonce1 back, and says so', () => {
  const { session } = newConnection(keptSession());
  const effects = session.line(subscribe(['agent/1.0', OLD_ID, 'localhost', 3333]), 0);
  assert.deepEqual(messages(effects), [{ id: 1, result: [OLD_ID, 'a1b2c3d4'], error: null }]);
  assert.equal(one(effects, 'resumed').sessionId, OLD_ID);
});

test('workers must authorise again; then shares for the former jobs are taken with their own terms', () => {
  const { session } = newConnection(keptSession());
  session.line(subscribe(['agent/1.0', OLD_ID]), 0);
  assert.equal(one(session.line(zcashSubmit(3), 0), 'refused').reason, 'unauthorized');
  session.line(AUTHORIZE, 0);
  const { submission } = one(session.line(zcashSubmit(4), 0), 'submit');
  assert.equal(submission.jobSequence, 1);
  assert.equal(submission.target, EASY);
  assert.deepEqual(submission.nonce, hex(`a1b2c3d4${NONCE2}`));
});

test('the former job comes again with its target, because this connection has got none yet', () => {
  const { session } = newConnection(keptSession());
  session.job(zcashJob(1), true);
  session.line(subscribe([null, OLD_ID]), 0);
  const [reply, target, notify] = messages(session.line(AUTHORIZE, 0)) as {
    method?: string;
    params?: unknown[];
  }[];
  assert.deepEqual(reply, { id: 2, result: true, error: null });
  assert.equal(target?.method, 'mining.set_target');
  assert.deepEqual([notify?.method, notify?.params?.[0]], ['mining.notify', '00000001']);
});

test('the id may stand in any place of the parameters', () => {
  const { session } = newConnection(keptSession());
  const effects = session.line(subscribe(['localhost', 3333, 'agent/1.0', OLD_ID]), 0);
  assert.equal(ofKind(effects, 'resumed').length, 1);
});

test('a miner with an unknown id gets another id, and nothing of any other session', () => {
  const { session, asked } = newConnection(keptSession());
  const unknown = '00000000000000000000000000000000';
  const effects = session.line(subscribe(['agent/1.0', unknown]), 0);
  assert.deepEqual(messages(effects), [{ id: 1, result: [NEW_ID, '99999999'], error: null }]);
  assert.deepEqual(ofKind(effects, 'resumed'), []);
  assert.deepEqual(asked, [unknown]);
});

test('neither a nonce1 nor any other text that is not one of our ids resumes a session', () => {
  const { session, asked } = newConnection(keptSession());
  for (const id of ['a1b2c3d4', OLD_ID.toUpperCase(), `${OLD_ID}0`, 5, { id: OLD_ID }, [OLD_ID], true]) {
    session.line(subscribe(['agent/1.0', id]), 0);
  }
  assert.deepEqual(asked, []);
});

test('a second subscribe resumes no session: the miner would mine with two values of nonce1', () => {
  const { session, asked } = newConnection(keptSession());
  session.line(subscribe(['agent/1.0']), 0);
  const effects = session.line(subscribe(['agent/1.0', OLD_ID]), 0);
  assert.deepEqual(messages(effects), [{ id: 1, result: [NEW_ID, '99999999'], error: null }]);
  assert.deepEqual(asked, []);
});

test('a session is kept only if it has a worker, a job and an id', () => {
  assert.equal(zcashServer({ sessionId: OLD_ID }).keep(), undefined);
  const subscribed = zcashServer({ sessionId: OLD_ID });
  subscribed.line(subscribe([]), 0);
  subscribed.job(zcashJob(1), true);
  assert.equal(subscribed.keep(), undefined);
  const idle = zcashServer({ sessionId: OLD_ID });
  idle.line(subscribe([]), 0);
  idle.line(AUTHORIZE, 0);
  assert.equal(idle.keep(), undefined);
  const unauthorised = zcashServer({ sessionId: OLD_ID, jobOnSubscribe: true });
  unauthorised.line(subscribe([]), 0);
  unauthorised.job(zcashJob(1), true);
  assert.equal(unauthorised.keep(), undefined);
  assert.equal(readyZcash({ sessionId: null }).keep(), undefined);
  const kept = keptSession();
  assert.deepEqual([kept.sessionId, kept.nonce1, kept.targets.current], [OLD_ID, hex('a1b2c3d4'), EASY]);
});

test('the session asks only for a param that is exactly one of our ids', () => {
  const { session, asked } = newConnection(keptSession());
  session.line(subscribe([`x${OLD_ID}`, `${OLD_ID}x`, `${OLD_ID}\n`, [OLD_ID], { id: OLD_ID }]), 0);
  assert.deepEqual(asked, []);
});

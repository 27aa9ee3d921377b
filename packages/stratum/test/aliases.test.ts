import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_LONG_WORKER_NAME,
  parseWorkerName,
  SERVER_LINE_LIMIT,
  withoutAlias,
  workerNameFault,
} from '../src/index.ts';
import { line, NONCE2, one, only, readyZcash, trueServer, zcashJob, zcashServer } from './support.ts';

/** As long as a unified address with three receivers (ZIP 316). */
const ADDRESS = `u1${'q'.repeat(211)}`;
const ALIASES = new Map([['bob', ADDRESS]]);

const authorize = (name: string, id = 2) => line({ id, method: 'mining.authorize', params: [name, 'x'] });

test('a worker of the Zcash dialect may be a unified address with a rig, of 320 characters in all', () => {
  const name = `${ADDRESS}.${'r'.repeat(MAX_LONG_WORKER_NAME - ADDRESS.length - 1)}`;
  assert.equal(name.length, 320);
  const session = zcashServer();
  assert.equal(one(session.line(authorize(name), 0), 'authorized').worker.full, name);
  const { detail } = one(session.line(authorize(`${name}r`), 0), 'refused');
  assert.equal(detail, 'the worker name must be 1 to 320 printable ASCII characters');
  // Each character of a name may be spelled as an escape of six.
  assert.ok(6 * 320 + 3_000 < SERVER_LINE_LIMIT);
});

test('in TrueStratum a worker has at most 128 characters, as the buffer of the reference miner wants it', () => {
  const session = trueServer();
  assert.equal(one(session.line(authorize('x'.repeat(128)), 0), 'authorized').worker.full.length, 128);
  const { detail } = one(session.line(authorize('x'.repeat(129)), 0), 'refused');
  assert.equal(detail, 'the worker name must be 1 to 128 printable ASCII characters');
  assert.match(workerNameFault('x'.repeat(129)) ?? '', /1 to 128/);
});

test('an alias stands for its account: miners go on to send it, and the pool gets the account', () => {
  const asked: string[] = [];
  const session = readyZcash({
    aliases: ALIASES,
    authorize: (worker) => {
      asked.push(worker.full);
      return true;
    },
  });
  const { worker } = one(session.line(authorize('bob.rig1'), 0), 'authorized');
  assert.deepEqual(worker, {
    full: `${ADDRESS}.rig1`,
    account: ADDRESS,
    rig: 'rig1',
    sentAs: 'bob.rig1',
  });
  assert.equal(asked.at(-1), `${ADDRESS}.rig1`);
  session.job(zcashJob(3), true);
  const submit = (name: string) =>
    session.line(
      line({
        id: 9,
        method: 'mining.submit',
        params: [name, '00000003', '47b98b5c', NONCE2, '0401020304'],
      }),
      0,
    );
  assert.equal(one(submit('bob.rig1'), 'submit').submission.worker, 'bob.rig1');
  assert.equal(session.workers.get('bob.rig1')?.full, `${ADDRESS}.rig1`);
  assert.equal(one(submit(`${ADDRESS}.rig1`), 'refused').reason, 'unauthorized');
});

test('only a whole account is an alias, and a name that is too long with its account is refused', () => {
  const of = (name: string) => {
    const worker = parseWorkerName(name, MAX_LONG_WORKER_NAME);
    assert.ok(worker !== undefined);
    return withoutAlias(worker, ALIASES);
  };
  assert.equal(of('bob')?.full, ADDRESS);
  assert.equal(of('bob.')?.full, `${ADDRESS}.`);
  for (const name of ['bobby', 'alice.bob', 'Bob']) assert.equal(of(name)?.full, name);
  assert.equal(of(`bob.${'r'.repeat(320 - ADDRESS.length - 1)}`)?.full.length, 320);
  assert.equal(of(`bob.${'r'.repeat(320 - ADDRESS.length)}`), undefined);
  const session = zcashServer({ aliases: ALIASES });
  const answer = only(session.line(authorize(`bob.${'r'.repeat(200)}`), 0)) as { error: [number, string] };
  assert.deepEqual(answer.error.slice(0, 2), [
    24,
    'Unauthorized worker: the name is too long with the account for its alias',
  ]);
});

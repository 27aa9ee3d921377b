import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseWorkerName, portAuthorizer, type WorkerName, workerNameFault } from '../src/index.ts';
import { line, only, zcashServer } from './support.ts';

function named(name: string): WorkerName {
  const worker = parseWorkerName(name);
  assert.ok(worker !== undefined, name);
  return worker;
}

test('a name is split at its first dot', () => {
  assert.deepEqual(named('jiangjkd.002'), { full: 'jiangjkd.002', account: 'jiangjkd', rig: '002' });
  assert.deepEqual(named('miner1'), { full: 'miner1', account: 'miner1', rig: '' });
  assert.deepEqual(named('a.b.c'), { full: 'a.b.c', account: 'a', rig: 'b.c' });
  assert.deepEqual(named('t1Address.'), { full: 't1Address.', account: 't1Address', rig: '' });
});

test('names are 1 to 128 printable ASCII characters', () => {
  assert.equal(parseWorkerName('x'.repeat(128))?.full.length, 128);
  for (const name of [
    '',
    'x'.repeat(129),
    'a\n',
    'a\u0000b',
    'a\u001b[31m',
    'a\u007f',
    'caf\u00e9',
    '\u202eabc',
    '\ud800',
    null,
    undefined,
    1,
    {},
    ['a'],
  ]) {
    assert.equal(parseWorkerName(name), undefined, JSON.stringify(name));
  }
});

test('an empty account, one of dots, or one with a blank at an end is refused, and the miner learns why', () => {
  for (const name of ['.', '...', '.rig', '..rig']) {
    assert.equal(parseWorkerName(name), undefined, name);
    assert.match(workerNameFault(name) ?? '', /must begin with an account/, name);
  }
  for (const name of [' ', '   ', ' acc', 'acc ', 'acc .rig', ' acc.rig', 'acc.rig ', ' .rig']) {
    assert.equal(parseWorkerName(name), undefined, name);
    assert.match(workerNameFault(name) ?? '', /no blank/, name);
  }
  // Blanks inside a name are allowed.
  assert.deepEqual(named('my farm.rig 7'), { full: 'my farm.rig 7', account: 'my farm', rig: 'rig 7' });
  assert.equal(workerNameFault('my farm.rig 7'), undefined);
  const session = zcashServer();
  const { error } = only(
    session.line(line({ id: 1, method: 'mining.authorize', params: ['.rig', 'x'] }), 0),
  ) as {
    error: unknown;
  };
  assert.deepEqual(error, [
    24,
    'Unauthorized worker: the worker name must begin with an account: account or account.rig',
    null,
  ]);
});

test('a name that is taken always keeps its text', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 140 }), fc.stringMatching(/^[ .a]{1,6}$/)),
      (text) => {
        const worker = parseWorkerName(text);
        const good = /^(?! )[\x20-\x7e]{1,128}$/.test(text) && /^[^.]*[^. ](\.|$)/.test(text);
        assert.equal(worker !== undefined, good && !text.endsWith(' ') && !text.endsWith('\n'));
        if (worker === undefined) return;
        assert.equal(worker.full, text);
        assert.ok(text === worker.account || text === `${worker.account}.${worker.rig}`);
      },
    ),
  );
});

test('a port without a rule takes all workers', () => {
  assert.equal(portAuthorizer()(named('anyone.1'), ''), true);
});

test('a list allows whole names and accounts, but not names that only begin like them', () => {
  const authorize = portAuthorizer({ allow: ['farm', 'single.rig'] });
  assert.equal(authorize(named('farm'), ''), true);
  assert.equal(authorize(named('farm.7'), ''), true);
  assert.equal(authorize(named('single.rig'), ''), true);
  for (const name of ['single', 'single.rig2', 'farmer', 'Farm']) {
    assert.equal(authorize(named(name), ''), 'this worker is not on the list of this port', name);
  }
});

test('a password is compared whole', () => {
  const authorize = portAuthorizer({ password: 'secret' });
  assert.equal(authorize(named('a'), 'secret'), true);
  for (const wrong of ['', 'secre', 'secrets', 'Secret', 'secretsecret', '\u0000ecret']) {
    assert.equal(authorize(named('a'), wrong), 'wrong password', JSON.stringify(wrong));
  }
  const empty = portAuthorizer({ password: '' });
  assert.equal(empty(named('a'), ''), true);
  assert.equal(empty(named('a'), '\u0000'), 'wrong password');
});

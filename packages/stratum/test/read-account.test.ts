import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountReader } from '../src/index.ts';
import { withReadAccount } from '../src/worker-name.ts';
import { line, NONCE2, one, only, readyZcash, trueServer, zcashJob, zcashServer } from './support.ts';

const authorize = (name: string, id = 2) => line({ id, method: 'mining.authorize', params: [name, 'x'] });

/** Accounts are numbers here, and 007 is another spelling of 7. */
const readAccount: AccountReader = (text) =>
  /^\d+$/.test(text) ? { account: String(Number(text)) } : { fault: 'this is not a number' };

test('a login whose account cannot be read is refused with the reason bad_account, and with what is wrong', () => {
  const zcash = zcashServer({ readAccount });
  const effects = zcash.line(authorize('alice.rig1'), 0);
  const refused = one(effects, 'refused');
  assert.equal(refused.reason, 'bad_account');
  assert.equal(refused.detail, 'this is not a number');
  assert.equal(refused.login, 'alice.rig1');
  const sentence = 'The account must be an address: this is not a number';
  assert.deepEqual(only(effects), { id: 2, result: null, error: [24, sentence, null] });
  assert.equal(zcash.workers.size, 0);
  const told = only(trueServer({ readAccount }).line(authorize('alice.rig1'), 0));
  assert.deepEqual(told, { id: 2, result: false, error: [24, sentence, null] });
});

test('an empty account is refused before it is read', () => {
  const read: string[] = [];
  const session = zcashServer({
    readAccount: (text) => {
      read.push(text);
      return { account: text };
    },
  });
  assert.equal(one(session.line(authorize('.rig1'), 0), 'refused').reason, 'unauthorized');
  assert.deepEqual(read, []);
});

test('two spellings are one account, and a miner goes on to send its own', () => {
  const asked: string[] = [];
  let reads = 0;
  const session = readyZcash({
    authorize: ({ full }) => {
      asked.push(full);
      return true;
    },
    readAccount: (text) => {
      reads += 1;
      return text === 'w' ? { account: 'w' } : readAccount(text);
    },
  });
  const workers = ['007.rig1', '7.rig1', '07'].map(
    (name) => one(session.line(authorize(name), 0), 'authorized').worker,
  );
  assert.deepEqual(workers, [
    { full: '7.rig1', account: '7', rig: 'rig1', sentAs: '007.rig1' },
    { full: '7.rig1', account: '7', rig: 'rig1' },
    { full: '7', account: '7', rig: '', sentAs: '07' },
  ]);
  assert.deepEqual(asked.slice(1), ['7.rig1', '7.rig1', '7']);
  assert.equal(reads, 4);
  session.job(zcashJob(3), true);
  for (const [i, name] of ['007.rig1', '7.rig1', '07'].entries()) {
    const params = [name, '00000003', '47b98b5c', NONCE2, '0401020304'];
    const { submission } = one(
      session.line(line({ id: 9 + i, method: 'mining.submit', params }), 0),
      'submit',
    );
    assert.equal(session.workers.get(submission.worker)?.account, '7');
  }
  assert.equal(reads, 4, 'a share does not read an account');
});

test('the account of an alias is read, and the name that the miner sent stays the alias', () => {
  const session = zcashServer({ aliases: new Map([['bob', '0042']]), readAccount });
  const { worker } = one(session.line(authorize('bob.a.b'), 0), 'authorized');
  assert.deepEqual(worker, { full: '42.a.b', account: '42', rig: 'a.b', sentAs: 'bob.a.b' });
});

test('a worker whose account is spelled as it should be stays as it is', () => {
  const worker = { full: '7.a', account: '7', rig: 'a' };
  assert.deepEqual(withReadAccount(worker, readAccount), { worker });
});

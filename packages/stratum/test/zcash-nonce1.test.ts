import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hex,
  line,
  messages,
  NONCE2,
  one,
  readyZcash,
  zcashClient,
  zcashJob,
  zcashServer,
  zcashSubmit,
} from './support.ts';

const SUBSCRIBE = line({ id: 1, method: 'mining.subscribe', params: [] });

function methods(effects: readonly { readonly kind: string }[]): unknown[] {
  return messages(effects).map((message) => (message as { method?: string }).method);
}

test('a new nonce1 is sent with a clean job behind it, and holds from that job on', () => {
  const session = readyZcash();
  const effects = session.setNonce1(hex('ee'), zcashJob(2));
  const [extranonce, notify] = messages(effects) as { params: unknown[] }[];
  assert.deepEqual(extranonce, { id: null, method: 'mining.set_extranonce', params: ['ee'] });
  assert.deepEqual([notify?.params[0], notify?.params[7]], ['00000002', true]);
  const early = one(session.line(zcashSubmit(4), 0), 'submit').submission;
  assert.deepEqual(early.nonce, hex(`a1b2c3d4${NONCE2}`));
  const nonce2 = `${'00'.repeat(30)}09`;
  const late = one(session.line(zcashSubmit(5, { 1: '00000002', 3: nonce2 }), 0), 'submit').submission;
  assert.deepEqual(late.nonce, hex(`ee${nonce2}`));
  // Each job takes only a nonce2 of the length that fits its own nonce1.
  assert.equal(one(session.line(zcashSubmit(6, { 3: nonce2 }), 0), 'refused').reason, 'bad_nonce');
  assert.equal(one(session.line(zcashSubmit(7, { 1: '00000002' }), 0), 'refused').reason, 'bad_nonce');
});

test('a full nonce is checked against the nonce1 of its job', () => {
  const session = readyZcash();
  session.setNonce1(hex('01020304'), zcashJob(2));
  const own = `01020304${NONCE2}`;
  assert.deepEqual(
    one(session.line(zcashSubmit(4, { 1: '00000002', 3: own }), 0), 'submit').submission.nonce,
    hex(own),
  );
  assert.equal(one(session.line(zcashSubmit(5, { 3: own }), 0), 'refused').reason, 'wrong_nonce1');
});

test('before subscribe nothing is sent: the reply carries the new nonce1', () => {
  const session = zcashServer();
  assert.deepEqual(session.setNonce1(hex('0102'), zcashJob(1)), []);
  assert.deepEqual(messages(session.line(SUBSCRIBE, 0)), [{ id: 1, result: [null, '0102'], error: null }]);
  session.line(line({ id: 2, method: 'mining.authorize', params: ['w.1'] }), 0);
  const nonce2 = '05'.repeat(30);
  assert.deepEqual(
    one(session.line(zcashSubmit(3, { 3: nonce2 }), 0), 'submit').submission.nonce,
    hex(`0102${nonce2}`),
  );
});

test('a job that was sent before cannot carry a new nonce1', () => {
  const session = readyZcash();
  assert.throws(() => session.setNonce1(hex('0102'), zcashJob(1)), {
    code: 'ADIT_GRANT_TOO_LATE',
    message: 'work 1 has its terms already',
  });
  assert.deepEqual(session.nonce1, hex('a1b2c3d4'));
  assert.deepEqual(one(session.line(zcashSubmit(4), 0), 'submit').submission.nonce, hex(`a1b2c3d4${NONCE2}`));
});

test('our client mines the next job with a new nonce1, and withdraws the jobs before it then', () => {
  const server = readyZcash();
  const client = zcashClient({ extranonceSubscribe: true });
  const asked = methods(client.open());
  assert.deepEqual(asked, ['mining.subscribe']);
  const after = client.line(line({ id: 1, result: [null, 'a1b2c3d4'], error: null }));
  assert.deepEqual(methods(after), ['mining.authorize', 'mining.extranonce.subscribe']);
  client.line(line({ id: null, method: 'mining.set_target', params: ['7f'.repeat(32)] }));
  const share = {
    jobId: '00000002',
    time: 1,
    nonce: hex(`0102${'00'.repeat(30)}`),
    solution: hex('01020304'),
  };
  const effects = messages(server.setNonce1(hex('0102'), zcashJob(2))).flatMap((message) =>
    client.line(line(message)),
  );
  const { job } = one(effects, 'job');
  assert.deepEqual(job.nonce1, hex('0102'));
  const [sent] = messages(client.submit(share, 1)) as [{ params: string[] }];
  assert.equal(sent.params[3], '00'.repeat(30));
  client.line(line({ id: null, method: 'mining.set_extranonce', params: ['0303'] }));
  assert.equal(messages(client.submit(share, 2)).length, 1);
  for (const message of messages(server.setNonce1(hex('0303'), zcashJob(3)))) client.line(line(message));
  assert.deepEqual(client.submit(share, 3), []);
});

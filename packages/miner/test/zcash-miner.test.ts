import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHER_REFUSALS } from '@adit/miner';
import { EquihashVerifier } from '@adit/pow';
import { AditError, decodeHex } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { SMALL, startZcashMiner, yes, zcashJob, zcashScript } from './support/miners.ts';
import type { Visit } from './support/scripted-pool.ts';

/** Sends a job as soon as the worker is authorised. */
const withJob = (id: string) =>
  zcashScript('01020304', (method, _params, visit) => {
    if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, id, true));
    return undefined;
  });

const jobsOf = (visit: Visit, from = 0) => new Set(visit.shares.slice(from).map((params) => params[1]));

/** Waits until the miner has read all messages, and the test has all that the miner sent before. */
async function inStep(visit: Visit, id: string): Promise<void> {
  visit.ask(id);
  await until(`an answer to ${id}`, () => visit.answered(id));
}

test('shares have the job, the time and the nonce1 that the pool gave, and a valid proof', async (context) => {
  const { pool, miner } = await startZcashMiner(context, withJob('a'));
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length >= 3);
  const verifier = new EquihashVerifier(SMALL);
  for (const [worker, job, time, nonce2, solution] of pool.visit.shares) {
    assert.deepEqual([worker, job, time], ['alice.cpu', 'a', '00000065']);
    const nonce = `01020304${String(nonce2)}`;
    const header = `04000000${'11'.repeat(32)}${'61'.repeat(32)}${'00'.repeat(32)}000000651f07ffff${nonce}`;
    assert.match(String(solution), /^24/);
    const bytes = decodeHex(String(solution).slice(2), 36, 'solution');
    assert.equal(verifier.verify(decodeHex(header, 140, 'header'), bytes), 'valid');
  }
  await until('they are counted', () => miner.status().accepted >= 3);
});

test('after a clean job the miner sends no share of an older job', async (context) => {
  const { pool } = await startZcashMiner(context, withJob('a'), { threads: 2 });
  for (const [before, id] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) {
    await until(`shares of ${id}`, () => pool.visits.length > 0 && jobsOf(pool.visit).has(id));
    const next = 'bcdefg'[before] ?? 'z';
    zcashJob(pool.visit, next, true);
    await inStep(pool.visit, `seen ${next}`);
    const sent = pool.visit.shares.length;
    await until(`shares of ${next}`, () => pool.visit.shares.length > sent + 3);
    assert.deepEqual([...jobsOf(pool.visit, sent)], [next]);
  }
});

test('the miner connects again after a loss, and mines only work of the new connection', async (context) => {
  const { pool, events } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method !== 'mining.authorize') return undefined;
      setImmediate(() => zcashJob(visit, pool.visits.length === 1 ? 'a' : 'b', true));
      return yes;
    }),
  );
  await until('shares', () => pool.visits.length === 1 && pool.visit.shares.length > 0);
  pool.visit.drop();
  await until('it is back and mines', () => pool.visits.length === 2 && pool.visit.shares.length > 3);
  assert.deepEqual([...jobsOf(pool.visit)], ['b']);
  assert.deepEqual(
    events.flatMap(({ kind }) => (['connected', 'ready', 'lost'].includes(kind) ? [kind] : [])),
    ['connected', 'ready', 'lost', 'connected', 'ready'],
  );
});

test('after a loss the miner sends the session id that the pool gave it, and mines with the nonce1 of the answer', async (context) => {
  const { pool } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, params, visit) => {
      if (method === 'mining.subscribe') {
        const first = pool.visits.length === 1;
        return { result: first ? ['session-1', '01020304'] : [params[1], '0a0b0c0d'] };
      }
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      return undefined;
    }),
  );
  await until('shares', () => pool.visits.length === 1 && pool.visit.shares.length > 0);
  pool.visit.drop();
  await until('it is back and mines', () => pool.visits.length === 2 && pool.visit.shares.length > 0);
  const subscriptions = pool.visits.map(({ messages }) => messages[0]?.params[1]);
  assert.deepEqual(subscriptions, [null, 'session-1']);
});

test('the miner subscribes to changes of nonce1, and goes on if the pool refuses that', async (context) => {
  const { pool, miner } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      return method === 'mining.extranonce.subscribe' ? { error: [20, 'Not supported.', null] } : undefined;
    }),
  );
  await until('shares', () => miner.status().accepted > 0);
  assert.deepEqual(
    pool.visit.messages.slice(0, 3).map(({ method }) => method),
    ['mining.subscribe', 'mining.authorize', 'mining.extranonce.subscribe'],
  );
});

test('the miner follows client.reconnect to a port of the same host, returns if nobody answers there, and follows to no other host', async (context) => {
  const { pool, events } = await startZcashMiner(context, withJob('a'));
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  const first = pool.visit;
  first.notify('client.reconnect', ['pool.example', pool.port, 0]);
  await inStep(first, 'not followed');
  const sent = first.shares.length;
  await until('it goes on', () => first.shares.length > sent);
  assert.equal(first.closed, false);
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  assert.deepEqual(
    notes.map((text) => /not followed/.test(text)),
    [true],
  );
  first.notify('client.reconnect', ['127.0.0.1', String(pool.port), 0]);
  await until('it comes again', () => pool.visits.length === 2 && pool.visit.shares.length > 0);
  // Nobody listens on port 1: the miner tries it, and then returns to its own port.
  pool.visit.notify('client.reconnect', ['127.0.0.1', 1, 0]);
  await until('it is back', () => pool.visits.length === 3 && pool.visit.shares.length > 0);
  assert.ok(events.some((event) => event.kind === 'lost' && event.cause === 'unreachable'));
  await until('the first is closed', () => first.closed);
});

test('run() ends with ADIT_REFUSED, and the words of the pool, when the pool refuses the worker', async (context) => {
  const { ended, pool } = await startZcashMiner(
    context,
    zcashScript('01020304', (method) =>
      method === 'mining.authorize'
        ? { error: [24, 'Unauthorized worker: not on the list', null] }
        : undefined,
    ),
  );
  const error = await ended;
  assert.ok(error instanceof AditError);
  assert.equal(error.code, 'ADIT_REFUSED');
  assert.match(error.message, /the pool refuses alice\.cpu: Unauthorized worker: not on the list/);
  await until('the connection is closed', () => pool.visit.closed);
  assert.equal(pool.visits.length, 1);
});

test('the miner leaves a pool that never answers, and tries again', async (context) => {
  const { pool, events } = await startZcashMiner(context, () => 'silence', { silenceMs: 50 });
  await until('a second attempt', () => pool.visits.length >= 2);
  assert.ok(events.some((event) => event.kind === 'lost' && event.cause === 'silent'));
  assert.ok(!events.some(({ kind }) => kind === 'ready'));
});

test('the miner leaves a pool that refuses to subscribe, names the reason of the pool, and sends no share', async (context) => {
  const { pool, events } = await startZcashMiner(
    context,
    zcashScript('01020304', (method) =>
      method === 'mining.subscribe' ? { error: [20, 'come back later', null] } : undefined,
    ),
  );
  await until('a second attempt', () => pool.visits.length >= 2);
  const lost = events.find((event) => event.kind === 'lost');
  assert.equal(lost?.cause, 'bad_answer');
  assert.match(lost?.detail ?? '', /come back later/);
  assert.deepEqual(pool.visits[0]?.shares, []);
});

test('the miner counts at most 33 reasons of refused shares, however many the pool makes up', async (context) => {
  let count = 0;
  // Words that differ in numbers alone are one kind of refusal.
  const word = (index: number) => String.fromCharCode(97 + (index % 26), 97 + (Math.floor(index / 26) % 26));
  const { pool, miner } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      if (method !== 'mining.submit') return undefined;
      count += 1;
      return count <= 3 ? { error: [21, 'Stale job', null] } : { error: [20, `reason ${word(count)}`, null] };
    }),
  );
  await until('many refusals', () => count > 60);
  await inStep(pool.visit, 'read');
  const { rejected, accepted } = miner.status();
  assert.equal(accepted, 0);
  assert.equal(rejected.get('Stale job'), 3);
  assert.equal(rejected.get(`reason ${word(4)}`), 1);
  assert.ok((rejected.get(OTHER_REFUSALS) ?? 0) > 20);
  assert.equal(rejected.size, 33);
});

test('the miner tries no nonce twice, even if the pool leaves few nonces', async (context) => {
  // One byte is left, for the number of the thread: each thread can try one nonce.
  const nonce1 = '22'.repeat(31);
  const { pool } = await startZcashMiner(context, zcashScript(nonce1), { threads: 1 });
  await until('it is there', () => pool.visits.length > 0 && pool.visit.messages.length >= 2);
  // The nonce of the last job has three solutions: a thread that starts late may be in time for that job only.
  const ids = [...'acdefghijklmnopb'];
  for (const id of ids) {
    zcashJob(pool.visit, id, true);
    await inStep(pool.visit, `first ${id}`);
    await inStep(pool.visit, `second ${id}`);
  }
  await until('shares', () => pool.visit.shares.filter(([, id]) => id === 'b').length >= 3);
  await inStep(pool.visit, 'nothing more');
  const spelled = pool.visit.shares.map((params) => JSON.stringify(params));
  assert.equal(new Set(spelled).size, spelled.length);
});

test('the miner leaves a pool that sends jobs, but answers no shares for a minute', async (context) => {
  let now = 0;
  const { pool, events } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      return method === 'mining.submit' ? 'silence' : undefined;
    }),
    { now: () => now },
  );
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  now = 59_000;
  await inStep(pool.visit, 'still here');
  assert.ok(!events.some(({ kind }) => kind === 'lost'));
  now = 61_000;
  await until('it leaves', () => events.some(({ kind }) => kind === 'lost'));
  assert.ok(events.some((event) => event.kind === 'lost' && event.cause === 'no_answers'));
  await until('it tries again', () => pool.visits.length === 2);
});

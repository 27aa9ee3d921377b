import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EquihashVerifier } from '@adit/pow';
import { AditError, decodeHex } from '@adit/primitives';
import { until } from '../../../test/support/until.ts';
import { SMALL, startZcashMiner, yes, zcashJob, zcashScript } from './support/miners.ts';
import type { Visit } from './support/scripted-pool.ts';

/** Sends a job as soon as the worker is authorised. */
const withJob = (id: string) =>
  zcashScript('01020304', (method, _params, visit) => {
    if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, id, true));
    return undefined;
  });

const jobsOf = (visit: Visit, from = 0) => new Set(visit.shares.slice(from).map((params) => params[1]));

/** Everything that the miner said before it had read what was sent to it until now is here. */
async function inStep(visit: Visit, id: string): Promise<void> {
  visit.ask(id);
  await until(`an answer to ${id}`, () => visit.answered(id));
}

test('shares are for the job, the time and the nonce1 that the pool gave, and their proof holds', async (context) => {
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

test('a clean job replaces the old one, and no share of the old job is ever sent after it', async (context) => {
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

test('a new nonce1 ends the work under the old one: nothing is sent until a job comes with it', async (context) => {
  const { pool } = await startZcashMiner(context, withJob('a'));
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  pool.visit.notify('mining.set_extranonce', ['0a0b0c0d0e']);
  await inStep(pool.visit, 'changed');
  const sent = pool.visit.shares.length;
  await inStep(pool.visit, 'still nothing');
  assert.equal(pool.visit.shares.length, sent);
  zcashJob(pool.visit, 'b', true);
  await until('shares', () => pool.visit.shares.length > sent);
  for (const params of pool.visit.shares.slice(sent)) {
    assert.equal(params[1], 'b');
    assert.equal(String(params[3]).length, 2 * (32 - 5));
  }
});

test('a lost connection is found again, and only work of the new one is mined', async (context) => {
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

test('the session id of the pool is brought back after a loss, and mining goes on under what the pool answers', async (context) => {
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

test('it asks to be told a new nonce1, so that the pool need not send it away for one, and a refusal is no matter', async (context) => {
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

test('client.reconnect to another host is not followed; to this one it is, and back where nobody answers', async (context) => {
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
  // Port 1, where nobody listens: it is tried, and then the port that was given.
  pool.visit.notify('client.reconnect', ['127.0.0.1', 1, 0]);
  await until('it is back', () => pool.visits.length === 3 && pool.visit.shares.length > 0, 30);
  assert.ok(events.some((event) => event.kind === 'lost' && event.reason === 'ECONNREFUSED'));
  await until('the first is closed', () => first.closed);
});

test('a refused worker ends run() with ADIT_REFUSED, in the words of the pool', async (context) => {
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

test('a pool that never answers is left and tried again', async (context) => {
  const { pool, events } = await startZcashMiner(context, () => 'silence', { silenceMs: 50 });
  await until('a second attempt', () => pool.visits.length >= 2);
  assert.ok(events.some((event) => event.kind === 'lost' && /silent/.test(event.reason)));
  assert.ok(!events.some(({ kind }) => kind === 'ready'));
});

test('a pool that answers nothing useful is left with its own words, and no share is sent', async (context) => {
  const { pool, events } = await startZcashMiner(
    context,
    zcashScript('01020304', (method) =>
      method === 'mining.subscribe' ? { error: [20, 'come back later', null] } : undefined,
    ),
  );
  await until('a second attempt', () => pool.visits.length >= 2);
  assert.ok(events.some((event) => event.kind === 'lost' && /come back later/.test(event.reason)));
  assert.deepEqual(pool.visits[0]?.shares, []);
});

test('reasons of refused shares are counted, and a pool that makes up new ones fills no memory', async (context) => {
  let count = 0;
  const { pool, miner } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      if (method !== 'mining.submit') return undefined;
      count += 1;
      return count <= 3 ? { error: [21, 'Stale job', null] } : { error: [20, `reason ${count}`, null] };
    }),
  );
  await until('many refusals', () => count > 60);
  await inStep(pool.visit, 'read');
  const { rejected, accepted } = miner.status();
  assert.equal(accepted, 0);
  assert.equal(rejected.get('Stale job'), 3);
  assert.equal(rejected.get('reason 4'), 1);
  assert.ok((rejected.get('other') ?? 0) > 20);
  assert.equal(rejected.size, 33);
});

test('where the pool leaves few nonces none is tried twice', async (context) => {
  // One byte: 256 threads could try one nonce each.
  const nonce1 = '22'.repeat(31);
  const { pool } = await startZcashMiner(context, zcashScript(nonce1), { threads: 1 });
  await until('it is there', () => pool.visits.length > 0 && pool.visit.messages.length >= 2);
  // The last one's nonce has three solutions: a thread that is slow to begin may be in time for that one alone.
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

test('a pool that sends jobs but answers no shares is left after a minute', async (context) => {
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
  assert.ok(events.some((event) => event.kind === 'lost' && /answers no shares/.test(event.reason)));
  await until('it tries again', () => pool.visits.length === 2);
});

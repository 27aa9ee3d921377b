import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { EPOCH0_DATASET_HASH } from '@adit/pow';
import { until } from '@adit/test-kit/until';
import {
  EASIEST,
  startTrueMiner,
  startZcashMiner,
  trueJob,
  trueScript,
  zcashJob,
  zcashScript,
} from '../../packages/miner/test/support/miners.ts';
import type { Answer, Visit } from '../../packages/miner/test/support/scripted-pool.ts';

// T19 and T20 as far as our miner is the client. The proxy, which hands an upstream's values on to miners of its own,
// does not exist yet: mining.set_extranonce and client.reconnect through it are still to be played.

type Hostility = (visit: Visit) => void;

const TERMINAL = '\u001b[2J\u001b[31m\u202e\n\u0000owned\u2028';
const notify = (method: string, params: readonly unknown[]) => (visit: Visit) => visit.notify(method, params);
const zcashFields = [
  'x',
  '04000000',
  '11'.repeat(32),
  '22'.repeat(32),
  '00'.repeat(32),
  '00000065',
  '1f07ffff',
  true,
];
const trueFields = ['x', EPOCH0_DATASET_HASH, 'ab'.repeat(32), true];

/** What no field of a job may be. Ids are the pool's own business as long as they are short. */
const WRONG: readonly unknown[] = [null, 7, '', 'zz', '0'.repeat(4_000), [], {}];

const jobsWithout = (method: string, fields: readonly unknown[]): [string, Hostility][] =>
  fields.flatMap((_, field) =>
    WRONG.filter((wrong) => field > 0 || (wrong !== '' && wrong !== 'zz')).map(
      (wrong): [string, Hostility] => [
        `${method}: field ${field} is ${JSON.stringify(wrong).slice(0, 20)}`,
        notify(method, fields.with(field, wrong as string)),
      ],
    ),
  );

/** Values that nobody can mine with: the miner leaves, and comes back later. */
const ZCASH_BROKEN: readonly [string, Hostility][] = [
  ...['0'.repeat(64), 'f'.repeat(63), 'f'.repeat(66), `${'F'.repeat(62)}0x`, '', 7, -1, null, ['f']].map(
    (target): [string, Hostility] => [`target ${String(target)}`, notify('mining.set_target', [target])],
  ),
  ...['', '0', 'zz', 'ff'.repeat(32), 'ff'.repeat(5_000), 0, -1, 1e300, null, ['ff']].map(
    (nonce1): [string, Hostility] => [
      `nonce1 ${String(nonce1).slice(0, 20)}`,
      notify('mining.set_extranonce', [nonce1]),
    ],
  ),
  ...jobsWithout('mining.notify', zcashFields),
  ['an empty job', notify('mining.notify', [])],
  ['a line of two megabytes', (visit) => visit.send({ id: null, method: 'x'.repeat(2 << 20), params: [] })],
  ['two megabytes without an end', (visit) => visit.notify('x', ['y'.repeat(2 << 20)])],
];

/** Nonsense that does no harm: the miner goes on. */
const HARMLESS: readonly [string, Hostility][] = [
  [
    'answers that nobody asked for',
    (visit) => visit.send({ id: 99_999, result: true, error: null }, { id: {}, result: [] }, { result: 1 }),
  ],
  [
    'errors that nobody asked for',
    (visit) => visit.send({ id: 'x', result: null, error: [20, TERMINAL, null] }),
  ],
  [
    'a batch, and no objects',
    (visit) => visit.send([{ id: null, method: 'mining.notify', params: [] }], [], new Map()),
  ],
  ['deep nesting', (visit) => visit.send({ a: JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown })],
  [
    'a prototype',
    (visit) => visit.send(JSON.parse('{"__proto__":{"method":"client.reconnect"},"id":1}') as object),
  ],
  ['an unknown method', notify(TERMINAL, [TERMINAL])],
  ['a message for a terminal', notify('client.show_message', [TERMINAL.repeat(10_000)])],
  ['no message', notify('client.show_message', [{ toString: 1 }])],
  ['a move to another host', notify('client.reconnect', ['127.0.0.2', 3333, 0])],
  ['a move that is none', notify('client.reconnect', [TERMINAL, -5, 'x'])],
];

/** Runs each against a miner of its own, some at a time. */
async function each<T>(cases: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const left = [...cases];
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await run(one);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

const printable = (events: readonly object[]) =>
  events.every((event) => Object.values(event).every((value) => !/\p{C}|\p{Zl}|\p{Zp}/u.test(String(value))));

async function leaves(
  context: TestContext,
  kind: 'zcash' | 'true',
  [what, attack]: [string, Hostility],
): Promise<void> {
  const special = (method: string, _params: readonly unknown[], visit: Visit): Answer | undefined => {
    if (method !== 'mining.authorize') return undefined;
    setImmediate(() => {
      if (kind === 'zcash') visit.notify('mining.set_target', [EASIEST]);
      else visit.notify('mining.set_difficulty', ['00ffffff'.padEnd(32, 'f')]);
      attack(visit);
    });
    return undefined;
  };
  const start = kind === 'zcash' ? startZcashMiner : startTrueMiner;
  const script = kind === 'zcash' ? zcashScript('01020304', special) : trueScript(special);
  const { pool, miner, events, ended } = await start(context, script);
  await until(`it leaves: ${what}`, () => events.some((event) => event.kind === 'lost'));
  const lost = events.find((event) => event.kind === 'lost');
  assert.ok(lost !== undefined && lost.pauseMs >= 500, `${what}: it does not hammer the pool`);
  assert.ok(printable(events), what);
  assert.deepEqual(pool.visit.shares, [], what);
  await miner.stop();
  assert.equal(await ended, undefined, `${what}: it would have come back`);
}

test('T20: our Zcash miner mines nothing with hostile values, leaves, and would come back later', async (context) => {
  await each(ZCASH_BROKEN, (one) => leaves(context, 'zcash', one));
});

test('T20: the same for our TrueHash miner', async (context) => {
  await each(jobsWithout('mining.notify', trueFields), (one) => leaves(context, 'true', one));
});

test('T20: an answer to mining.subscribe that is no answer, or a nonce1 of no possible size', async (context) => {
  const results: readonly unknown[] = [
    null,
    true,
    {},
    [],
    ['session'],
    ['session', 7],
    ['session', null],
    ['session', 'zz'],
    ['session', '0'],
    ['session', 'ff'.repeat(32)],
    ['session', 'ff'.repeat(100_000)],
  ];
  await each(results, async (result) => {
    for (const start of [startZcashMiner, startTrueMiner]) {
      const { miner, events, pool } = await start(context, (method) =>
        method === 'mining.subscribe' ? { result } : { result: true },
      );
      await until(`it leaves after ${JSON.stringify(result).slice(0, 40)}`, () =>
        events.some(({ kind }) => kind === 'lost'),
      );
      assert.ok(
        pool.visits[0]?.messages.every(({ method }) => method === 'mining.subscribe'),
        'no name, no password',
      );
      await miner.stop();
    }
  });
});

test('T20: nonsense between two jobs changes nothing: the miner goes on, and its words stay printable', async (context) => {
  const zcash = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      return undefined;
    }),
  );
  const truechain = await startTrueMiner(
    context,
    trueScript((method, _params, visit) => {
      if (method === 'mining.authorize')
        setImmediate(() => trueJob(visit, '0000000a0000', EPOCH0_DATASET_HASH));
      return undefined;
    }),
  );
  for (const { pool, events } of [zcash, truechain]) {
    await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
    for (const [what, attack] of HARMLESS) {
      attack(pool.visit);
      pool.visit.ask(what);
      await until(what, () => pool.visit.answered(what) || pool.visit.closed);
      const before = pool.visit.shares.length;
      await until(`shares after ${what}`, () => pool.visit.shares.length > before || pool.visit.closed);
      assert.equal(pool.visit.closed, false, what);
    }
    assert.equal(pool.visits.length, 1);
    assert.ok(printable(events));
  }
});

test('T20: a pool that takes shares and answers none is left after a minute', async (context) => {
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
  now = 61_000;
  await until('it leaves', () => events.some((event) => event.kind === 'lost'));
  assert.ok(events.some((event) => event.kind === 'lost' && event.cause === 'no_answers'));
  assert.ok(pool.visits[0] !== undefined && pool.visits[0].shares.length <= 32, 'and no more were under way');
});

test('T19: no spelling of another host is followed, and no wait is longer than ten minutes', async (context) => {
  // Where the thief waits.
  let visitors = 0;
  const thief = createServer((socket) => {
    visitors += 1;
    socket.destroy();
  }).listen(0, '127.0.0.2');
  await once(thief, 'listening');
  context.after(() => thief.close());
  const address = thief.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { pool, events } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
      return undefined;
    }),
  );
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  const hosts = [
    '127.0.0.2',
    '127.2',
    '2130706434',
    '::ffff:127.0.0.2',
    '127.0.0.1.evil.example',
    '127.0.0.1@127.0.0.2',
    ' 127.0.0.1',
    'http://127.0.0.2',
    '127.0.0.2\u0000',
  ];
  for (const host of hosts) {
    pool.visit.notify('client.reconnect', [host, port, 0]);
    pool.visit.notify('client.reconnect', [host, String(port), 0]);
  }
  pool.visit.ask('all are read');
  await until('all are read', () => pool.visit.answered('all are read'));
  const notes = events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  assert.equal(notes.filter((text) => text.endsWith('not followed')).length, 2 * hosts.length);
  assert.ok(printable(events));
  assert.equal(pool.visit.closed, false);
  pool.visit.notify('client.reconnect', [null, null, 1e300]);
  await until('it leaves', () => events.some((event) => event.kind === 'lost'));
  const lost = events.find((event) => event.kind === 'lost');
  assert.ok(lost !== undefined && lost.pauseMs <= 600_000, `a wait of ${lost?.pauseMs} ms`);
  assert.equal(visitors, 0);
});

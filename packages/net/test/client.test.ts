import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Census, CONNECTION_LIMITS, parseStratumUrl, StratumClient, StratumListener } from '@adit/net';

test('the client comes back after a loss, with growing pauses that healthy() resets', async () => {
  const pauses: number[] = [];
  let opened = 0;
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => ({ line: () => connection.close('told to go'), closed: () => {} }),
    },
  );
  const port = await listener.listen();
  const done = Promise.withResolvers<void>();
  const client = new StratumClient(
    { host: '127.0.0.1', port, lineLimit: 1024, firstPauseMs: 8, longestPauseMs: 20 },
    {
      opened: (connection) => {
        opened += 1;
        if (opened === 5) client.healthy();
        if (opened === 6) return done.resolve();
        connection.send('go\n');
      },
      line: () => {},
      lost: (_reason, pauseMs) => pauses.push(pauseMs),
      random: () => 1,
    },
  );
  client.start();
  await done.promise;
  client.stop();
  assert.deepEqual(pauses, [8, 16, 20, 20, 8]);
  await listener.close('test is over');
});

test('a pool that is not there is reported, with the reason', async () => {
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    { census: new Census(CONNECTION_LIMITS), accept: () => ({ line: () => {}, closed: () => {} }) },
  );
  const port = await listener.listen();
  await listener.close('it goes away');
  const lost = Promise.withResolvers<string>();
  const client = new StratumClient(
    { host: '127.0.0.1', port, lineLimit: 1024 },
    { opened: () => {}, line: () => {}, lost: (reason) => lost.resolve(reason) },
  );
  client.start();
  assert.equal(await lost.promise, 'ECONNREFUSED');
  client.stop();
});

test('addresses are read strictly, and errors name what was expected but never the password', () => {
  assert.deepEqual(parseStratumUrl('stratum+tcp://alice.rig1:pa%20ss@pool.example:3333'), {
    host: 'pool.example',
    port: 3333,
    worker: 'alice.rig1',
    password: 'pa ss',
  });
  assert.equal(parseStratumUrl('stratum+tcp://a@[::1]:1').host, '::1');
  const unnamed = { worker: 'w', password: 'p' };
  assert.deepEqual(parseStratumUrl('stratum+tcp://h:1', unnamed), { host: 'h', port: 1, ...unnamed });
  assert.equal(parseStratumUrl('stratum+tcp://a@h:1', unnamed).worker, 'a');
  assert.equal(parseStratumUrl('stratum+tcp://a@h:1').password, 'x');
  for (const scheme of ['tls', 'ssl']) {
    assert.equal(parseStratumUrl(`stratum+${scheme}://a@h:1`).tls, true);
  }
  for (const [bad, what] of [
    ['http://a:secret@h:1', /begins with "http:"/],
    ['stratum+tcp://h:1', /lacks the worker/],
    ['stratum+tcp://a:secret@h', /lacks the host or the port/],
    ['h:1', /begins with/],
    ['', /is no URL/],
  ] as const) {
    assert.throws(
      () => parseStratumUrl(bad),
      (error: Error) =>
        what.test(error.message) && error.message.includes('expected') && !error.message.includes('secret'),
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Census,
  CONNECTION_LIMITS,
  type ListenerOptions,
  parseStratumUrl,
  StratumClient,
  type StratumClientOptions,
  StratumListener,
} from '@adit/net';
import { SERVER_LINE_LIMIT } from '@adit/stratum';

test('options that are undefined take their defaults: a long line closes its connection, and no error ends the process', async () => {
  const settings = { lineBytes: undefined, outputBytes: undefined, idleMs: undefined, proxies: undefined };
  const closed = Promise.withResolvers<string>();
  const options = { host: '127.0.0.1', port: 0, ...settings } as unknown as ListenerOptions;
  const listener = new StratumListener(options, {
    census: new Census(CONNECTION_LIMITS),
    accept: () => ({ line: () => {}, closed: ({ cause }) => closed.resolve(cause) }),
  });
  const port = await listener.listen();
  const given = { host: '127.0.0.1', port, lineLimit: undefined, silenceMs: undefined };
  const client = new StratumClient(given as unknown as StratumClientOptions, {
    opened: (connection) => connection.send('x'.repeat(SERVER_LINE_LIMIT + 1), '\n'),
    line: () => {},
    lost: () => client.stop(),
  });
  client.start();
  assert.equal(await closed.promise, 'long_line');
  client.stop();
  await listener.close({ cause: 'stopped', detail: 'test is over' });
});

test('a client refuses a port, a time or a limit of another kind, which would make it try without a pause', () => {
  const modules = { opened: () => {}, line: () => {}, lost: () => {} };
  const make = (changes: object) =>
    new StratumClient({ host: '127.0.0.1', port: 3333, ...changes } as StratumClientOptions, modules);
  for (const port of ['3333', -1, 65_536, 1.5, Number.NaN, undefined])
    assert.throws(() => make({ port }), { code: 'ADIT_BAD_OPTION', message: /^port must be/ });
  for (const name of ['firstPauseMs', 'longestPauseMs', 'silenceMs', 'lineLimit', 'connectTimeoutMs'])
    for (const value of ['5', Number.NaN, 0, -1, null])
      assert.throws(() => make({ [name]: value }), {
        code: 'ADIT_BAD_OPTION',
        message: new RegExp(`^${name} must be a number above 0`),
      });
  assert.ok(make({ silenceMs: undefined, healthyAfterMs: Number.POSITIVE_INFINITY }));
});

test('what is not a text is not the address of a pool', () => {
  for (const text of [undefined, null, 5, {}])
    assert.throws(() => parseStratumUrl(text as unknown as string), { code: 'ADIT_BAD_URL' });
});

test('the result of parseStratumUrl is all that a client needs', async () => {
  const listener = new StratumListener(
    { host: '127.0.0.1', port: 0 },
    {
      census: new Census(CONNECTION_LIMITS),
      accept: (connection) => ({ line: (line) => connection.send(line, '\n'), closed: () => {} }),
    },
  );
  const port = await listener.listen();
  const url = parseStratumUrl(`stratum+tcp://account.rig:x@127.0.0.1:${port}`);
  const answer = Promise.withResolvers<string>();
  const client = new StratumClient(
    { ...url },
    {
      opened: (connection) => connection.send('{"id":1}\n'),
      line: (line) => answer.resolve(Buffer.from(line).toString()),
      lost: () => {},
    },
  );
  client.start();
  assert.equal(await answer.promise, '{"id":1}');
  client.stop();
  await listener.close({ cause: 'stopped', detail: 'test is over' });
});

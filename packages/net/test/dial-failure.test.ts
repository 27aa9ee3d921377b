import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ClientCause, type Ending, StratumClient, type StratumClientOptions } from '@adit/net';
import { dialFailure } from '../src/dial-failure.ts';
import { setUp } from './support/server.ts';
import { makeTlsFolder } from './support/tls.ts';

/** Why the first attempt fails. */
async function failure(
  context: TestContext,
  options: Omit<StratumClientOptions, 'host'>,
): Promise<Ending<ClientCause>> {
  const lost = Promise.withResolvers<Ending<ClientCause>>();
  const client = new StratumClient(
    { host: '127.0.0.1', ...options },
    { opened: () => {}, line: () => {}, lost: (ending) => lost.resolve(ending) },
  );
  context.after(() => client.stop());
  client.start();
  return await lost.promise;
}

test('a certificate that is not trusted is a cause of its own, with the code of OpenSSL', async (context) => {
  const folder = makeTlsFolder();
  const server = await setUp({ tls: folder.tls });
  context.after(async () => {
    await server.stop();
    folder.remove();
  });
  const { cause, code } = await failure(context, { port: server.port, tls: true });
  assert.deepEqual([cause, code], ['bad_certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
});

test('a port that does not speak TLS is a cause of its own, whether it answers or hangs up', async (context) => {
  const server = await setUp();
  const silent = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  context.after(async () => {
    await server.stop();
    silent.close();
  });
  const port = (silent.address() as { port: number }).port;
  for (const place of [server.port, port])
    assert.equal((await failure(context, { port: place, tls: true })).cause, 'no_tls');
});

test('a port on which nobody listens is unreachable, with the code of the system', async (context) => {
  const server = await setUp();
  await server.stop();
  for (const more of [{}, { tls: true }] as const) {
    const { cause, code } = await failure(context, { port: server.port, ...more });
    assert.deepEqual([cause, code], ['unreachable', 'ECONNREFUSED']);
  }
});

test('each failure has a cause, and keeps the code that the system gave', () => {
  const failed = (code: string | undefined, tls: boolean) =>
    dialFailure(Object.assign(new Error('words'), code === undefined ? {} : { code }), tls);
  assert.deepEqual(failed('ENOTFOUND', false), {
    cause: 'bad_address',
    detail: 'ENOTFOUND',
    code: 'ENOTFOUND',
  });
  assert.equal(failed('ERR_TLS_CERT_ALTNAME_INVALID', true).cause, 'bad_certificate');
  assert.equal(failed('ERR_SSL_WRONG_VERSION_NUMBER', true).cause, 'no_tls');
  assert.equal(failed('ECONNRESET', false).cause, 'unreachable');
  assert.deepEqual(failed(undefined, true), { cause: 'unreachable', detail: 'words' });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ClientCause, StratumClient } from '@adit/net';

/** Why a client without TLS loses a server that sends these bytes and hangs up; the lines that it took. */
async function loss(context: TestContext, bytes: Uint8Array): Promise<{ cause: ClientCause; lines: number }> {
  const server = createServer((socket) => socket.end(bytes));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const lost = Promise.withResolvers<ClientCause>();
  let lines = 0;
  const client = new StratumClient(
    { host: '127.0.0.1', port },
    {
      opened: () => {},
      line: () => {
        lines += 1;
      },
      lost: ({ cause }) => lost.resolve(cause),
    },
  );
  context.after(() => {
    client.stop();
    server.close();
  });
  client.start();
  return { cause: await lost.promise, lines };
}

test('a TLS alert as the first bytes is a cause of its own for a client without TLS', async (context) => {
  for (const version of [0, 1, 3, 4]) {
    const alert = Uint8Array.of(0x15, 0x03, version, 0x00, 0x02, 0x02, 40);
    assert.deepEqual(await loss(context, alert), { cause: 'tls_wanted', lines: 0 });
  }
});

test('other first bytes, and an alert behind a line, are not taken for a port that speaks TLS', async (context) => {
  const text = (words: string) => new TextEncoder().encode(words);
  for (const [bytes, lines] of [
    [Uint8Array.of(), 0],
    [Uint8Array.of(0x15), 0],
    [Uint8Array.of(0x15, 0x03, 0x09, 0, 2, 2, 40), 0],
    [text('{}\n\x15\x03\x01\x00\x02\x02\x28'), 1],
  ] as const)
    assert.deepEqual(await loss(context, bytes), { cause: 'left', lines });
});

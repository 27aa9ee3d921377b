import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { DevnetRpcServer, RpcFault, type RpcHandler } from '@adit/devnet';
import { RpcError } from '../src/errors.ts';
import { JsonRpcClient, type JsonRpcModules, type JsonRpcOptions } from '../src/json-rpc-client.ts';

const echo: RpcHandler = (method, params) => {
  if (method === 'fail') throw new RpcFault(-10, 'not synced');
  return { method, params };
};

async function withServer(
  options: ConstructorParameters<typeof DevnetRpcServer>[0],
  handler: RpcHandler,
  use: (server: DevnetRpcServer) => Promise<void>,
): Promise<void> {
  const server = new DevnetRpcServer(options, handler);
  await server.start();
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

async function withRawServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function withClient(
  options: JsonRpcOptions,
  modules: JsonRpcModules,
  use: (client: JsonRpcClient) => Promise<void>,
): Promise<void> {
  const client = new JsonRpcClient(options, modules);
  try {
    await use(client);
  } finally {
    client.close();
  }
}

const coded = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

test('a call brings back the result, and a refusal is an RpcError with the code of the node', async () => {
  await withServer({}, echo, async (server) => {
    await withClient({ url: server.url }, {}, async (client) => {
      assert.deepEqual(await client.call('hello', [1, 'two']), { method: 'hello', params: [1, 'two'] });
      await assert.rejects(client.call('fail', []), (error) => {
        assert.ok(error instanceof RpcError);
        assert.equal(error.code, 'ADIT_RPC_ERROR');
        assert.equal(error.rpcCode, -10);
        assert.equal(error.rpcMessage, 'not synced');
        return true;
      });
    });
  });
});

test('a batch keeps the order of the calls, with refusals in their places', async () => {
  await withServer({}, echo, async (server) => {
    await withClient({ url: server.url }, {}, async (client) => {
      const [first, second, third] = await client.batch([
        { method: 'a', params: [] },
        { method: 'fail', params: [] },
        { method: 'b', params: [2] },
      ]);
      assert.deepEqual(first, { method: 'a', params: [] });
      assert.ok(second instanceof RpcError && second.rpcCode === -10);
      assert.deepEqual(third, { method: 'b', params: [2] });
      assert.deepEqual(await client.batch([]), []);
    });
  });
});

test('batch answers are matched by id, whatever their order, and a missing one is a bad answer', async () => {
  let keep = 2;
  await withRawServer(
    async (request, response) => {
      const items = JSON.parse(Buffer.concat(await request.toArray()).toString()) as {
        id: number;
        method: string;
      }[];
      const answers = items.map(({ id, method }) => ({ id, result: method })).reverse();
      response.end(JSON.stringify(answers.slice(0, keep)));
    },
    async (url) => {
      await withClient({ url }, {}, async (client) => {
        const calls = [
          { method: 'a', params: [] },
          { method: 'b', params: [] },
        ];
        assert.deepEqual(await client.batch(calls), ['a', 'b']);
        keep = 1;
        await assert.rejects(client.batch(calls), coded('ADIT_RPC_BAD_ANSWER'));
      });
    },
  );
});

test('integers beyond 2^53 come as bigint if an option says so, and are sent as plain integers', async () => {
  const raw =
    '{"id":1,"result":{"big":340282366920938463463374607431768211456,"small":7,"float":1.5e300,"negative":-9007199254740993}}';
  let seen = '';
  await withRawServer(
    async (request, response) => {
      seen = Buffer.concat(await request.toArray()).toString();
      response.end(raw);
    },
    async (url) => {
      await withClient({ url, losslessIntegers: true }, {}, async (client) => {
        assert.deepEqual(await client.call('x', [2n ** 70n]), {
          big: 2n ** 128n,
          small: 7,
          float: 1.5e300,
          negative: -9007199254740993n,
        });
        assert.match(seen, /"params":\[1180591620717411303424\]/);
      });
    },
  );
});

test('a changed cookie is read again once after a 401', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'adit-cookie-'));
  const cookieFile = path.join(folder, '.cookie');
  try {
    let port = 0;
    let client: JsonRpcClient | undefined;
    for (let start = 0; start < 2; start += 1) {
      await withServer({ cookieFile, port }, echo, async (server) => {
        port = Number(new URL(server.url).port);
        client ??= new JsonRpcClient({ url: server.url, cookieFile }, { sleep: async () => {} });
        assert.deepEqual(await client.call('x', []), { method: 'x', params: [] });
      });
    }
    await withServer({ user: 'u', password: 'p', port }, echo, async () => {
      await writeFile(cookieFile, '__cookie__:wrong');
      await assert.rejects(client?.call('x', []) ?? Promise.resolve(), coded('ADIT_RPC_UNAUTHORIZED'));
      await rm(cookieFile);
      await assert.rejects(client?.call('x', []) ?? Promise.resolve(), coded('ADIT_RPC_UNAUTHORIZED'));
    });
    client?.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the password of the URL is used, but is never part of the name or of a message', async () => {
  await withServer({ user: 'me', password: 'se:cret/' }, echo, async (server) => {
    const { host } = new URL(server.url);
    await withClient({ url: `http://me:se%3Acret%2F@${host}/` }, {}, async (client) => {
      assert.equal(client.name, host);
      assert.deepEqual(await client.call('x', []), { method: 'x', params: [] });
    });
    await withClient({ url: `http://me:oops@${host}/` }, {}, async (client) => {
      await assert.rejects(client.call('x', []), (error: Error) => {
        assert.ok(!error.message.includes('oops'));
        return coded('ADIT_RPC_UNAUTHORIZED')(error);
      });
    });
  });
  assert.throws(
    () => new JsonRpcClient({ url: 'ftp://u:hidden@h' }),
    (error: Error) => {
      assert.ok(!error.message.includes('hidden'));
      return coded('ADIT_BAD_URL')(error);
    },
  );
});

test('a broken connection is tried again with growing pauses and jitter, and a refusal is not', async () => {
  await withServer({}, echo, async (server) => {
    const pauses: number[] = [];
    const modules = { random: () => 0.5, sleep: async (ms: number) => void pauses.push(ms) };
    await withClient({ url: server.url, retries: 3 }, modules, async (client) => {
      server.inject({ kind: 'disconnect', times: 3 });
      assert.deepEqual(await client.call('x', []), { method: 'x', params: [] });
      assert.deepEqual(pauses, [150, 300, 600]);
      await assert.rejects(client.call('fail', []), RpcError);
      assert.equal(pauses.length, 3);
      server.inject({ kind: 'disconnect', times: 4 });
      await assert.rejects(client.call('x', []), coded('ADIT_RPC_UNREACHABLE'));
      assert.equal(pauses.length, 6);
    });
  });
});

test('a call that must not be repeated is sent only once', async () => {
  let calls = 0;
  await withRawServer(
    (request) => {
      calls += 1;
      request.socket.destroy();
    },
    async (url) => {
      await withClient({ url }, { sleep: async () => {} }, async (client) => {
        await assert.rejects(client.call('pay', [], { retry: false }), coded('ADIT_RPC_UNREACHABLE'));
        assert.equal(calls, 1);
      });
    },
  );
});

for (const [what, answer] of [
  ['longer than the call can need', `{"id":1,"result":"${'a'.repeat(70_000)}"}`],
  ['deeper than any answer is', `{"id":1,"result":${'['.repeat(60_000)}`],
] as const) {
  test(`an answer ${what} is refused before it is parsed`, async (context) => {
    const parse = context.mock.method(JSON, 'parse');
    await withRawServer(
      (_request, response) => response.end(answer),
      async (url) => {
        await withClient({ url }, {}, async (client) => {
          const before = parse.mock.callCount();
          await assert.rejects(
            client.call('x', [], { maxAnswerBytes: 65_536 }),
            coded('ADIT_RPC_BAD_ANSWER'),
          );
          assert.equal(parse.mock.callCount(), before);
        });
      },
    );
  });
}

test('the client hangs up on sixty million brackets after the first few', async () => {
  let sent = 0;
  await withRawServer(
    (_request, response) => {
      const part = Buffer.alloc(65_536, '[');
      const send = (): void => {
        while (sent < 60_000_000 && !response.destroyed) {
          sent += part.length;
          if (!response.write(part)) {
            response.once('drain', send);
            return;
          }
        }
      };
      send();
    },
    async (url) => {
      await withClient({ url }, {}, async (client) => {
        await assert.rejects(client.call('x', []), coded('ADIT_RPC_BAD_ANSWER'));
      });
    },
  );
  // Only the bytes in the buffers of the sockets were sent; the whole answer would be sixty times as much.
  assert.ok(sent < 20_000_000, `${sent} bytes were taken`);
});

test('silence ends in a time-out, and the signal of the caller in a cancellation', async () => {
  await withRawServer(
    () => {},
    async (url) => {
      await withClient({ url, timeoutMs: 20 }, {}, async (client) => {
        await assert.rejects(client.call('x', []), coded('ADIT_RPC_TIMEOUT'));
        const own = new AbortController();
        const call = client.call('x', [], { signal: own.signal, timeoutMs: 60_000 });
        own.abort();
        await assert.rejects(call, coded('ADIT_RPC_ABORTED'));
        await assert.rejects(client.call('x', [], { signal: own.signal }), coded('ADIT_RPC_ABORTED'));
      });
    },
  );
});

for (const [what, body, code] of [
  ['text that is not JSON', 'Used HTTP Method is not allowed', 'ADIT_RPC_BAD_ANSWER'],
  ['an array for a single call', '[]', 'ADIT_RPC_BAD_ANSWER'],
  ['another id', '{"id":99,"result":1}', 'ADIT_RPC_BAD_ANSWER'],
  ['neither result nor error', '{"id":1}', 'ADIT_RPC_BAD_ANSWER'],
  ['an error that is a string', '{"id":1,"error":"no"}', 'ADIT_RPC_BAD_ANSWER'],
] as const) {
  test(`${what} is a bad answer`, async () => {
    await withRawServer(
      (_request, response) => response.end(body),
      async (url) => {
        await withClient({ url }, {}, async (client) => {
          await assert.rejects(client.call('x', []), coded(code));
        });
      },
    );
  });
}

test('a refusal that arrives with HTTP 500, as zcashd sends it, is still a refusal', async () => {
  await withRawServer(
    (_request, response) => {
      response.statusCode = 500;
      response.end('{"id":1,"result":null,"error":{"code":-8,"message":"Block height out of range"}}');
    },
    async (url) => {
      await withClient({ url }, {}, async (client) => {
        await assert.rejects(
          client.call('getblockhash', [9]),
          (error) => error instanceof RpcError && error.rpcCode === -8,
        );
      });
    },
  );
});

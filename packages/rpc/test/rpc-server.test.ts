import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevnetRpcServer } from '@adit/devnet';

async function started(
  use: (server: DevnetRpcServer, post: (body: string) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const server = new DevnetRpcServer({}, (method) => (method === 'big' ? 2n ** 64n : method));
  await server.start();
  const post = async (body: string): Promise<unknown> =>
    JSON.parse(await (await fetch(server.url, { method: 'POST', body })).text());
  try {
    await use(server, post);
  } finally {
    await server.close();
  }
}

test('a devnet does not listen beyond loopback', () => {
  assert.throws(() => new DevnetRpcServer({ host: '0.0.0.0' }, () => null), { code: 'ADIT_NOT_LOOPBACK' });
});

test('malformed requests are refused with the codes of JSON-RPC', async () => {
  await started(async (_server, post) => {
    const codeOf = async (body: string) => ((await post(body)) as { error: { code: number } }).error.code;
    assert.equal(await codeOf('{'), -32700);
    assert.equal(await codeOf('[]'), -32600);
    assert.equal(await codeOf('7'), -32600);
    assert.equal(await codeOf('{"id":1}'), -32600);
    assert.equal(await codeOf('{"id":1,"method":"x","params":{}}'), -32602);
  });
});

test('only POST is answered, and bigint is sent as a plain integer', async () => {
  await started(async (server) => {
    assert.equal((await fetch(server.url)).status, 405);
    const answer = await fetch(server.url, { method: 'POST', body: '{"id":"a","method":"big"}' });
    assert.equal(await answer.text(), '{"jsonrpc":"2.0","id":"a","result":18446744073709551616}');
  });
});

test('faults strike the named method as often as they say, and can be set and cleared by RPC', async () => {
  await started(async (server, post) => {
    server.inject({ kind: 'error', method: 'x', code: -10, message: 'syncing', times: 1 });
    assert.deepEqual(await post('{"id":1,"method":"y"}'), { jsonrpc: '2.0', id: 1, result: 'y' });
    assert.deepEqual(await post('{"id":2,"method":"x"}'), {
      jsonrpc: '2.0',
      id: 2,
      error: { code: -10, message: 'syncing' },
    });
    assert.deepEqual(await post('{"id":3,"method":"x"}'), { jsonrpc: '2.0', id: 3, result: 'x' });
    await post('{"id":4,"method":"devnet_fault","params":[{"kind":"error"}]}');
    assert.ok('error' in ((await post('{"id":5,"method":"x"}')) as object));
    assert.ok('error' in ((await post('{"id":6,"method":"x"}')) as object));
    await post('{"id":7,"method":"devnet_clearFaults","params":[]}');
    assert.ok('result' in ((await post('{"id":8,"method":"x"}')) as object));
    server.inject({ kind: 'disconnect', times: 1 });
    await assert.rejects(post('{"id":9,"method":"x"}'));
    server.inject({ kind: 'delay', delayMs: 1, times: 1 });
    assert.ok('result' in ((await post('{"id":10,"method":"x"}')) as object));
  });
});

test('an invalid fault set from outside is refused with an error that names the field', async () => {
  await started(async (server, post) => {
    const answer = (await post('{"id":1,"method":"devnet_fault","params":[{"kind":"flood"}]}')) as {
      error: { code: number; message: string };
    };
    assert.equal(answer.error.code, -32602);
    assert.match(answer.error.message, /^kind must be/);
    assert.throws(() => server.inject({ kind: 'delay', delayMs: -1 }), {
      code: 'ADIT_BAD_FAULT',
      message: /^delayMs/,
    });
    assert.throws(() => server.inject({ kind: 'delay', times: 0 }), {
      code: 'ADIT_BAD_FAULT',
      message: /^times/,
    });
  });
});

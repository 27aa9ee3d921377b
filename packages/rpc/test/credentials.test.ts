import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { chmod, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { DevnetRpcServer } from '@adit/devnet';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { JsonRpcClient, type JsonRpcOptions } from '../src/json-rpc-client.ts';

const echo = (method: string): string => method;

/** A node that treats wrong secrets like Zebra: it closes the connection without an answer. */
async function zebra(context: TestContext, options: ConstructorParameters<typeof DevnetRpcServer>[0]) {
  const server = new DevnetRpcServer({ hangUpOnWrongSecret: true, ...options }, echo);
  await server.start();
  context.after(() => server.close());
  return server;
}

function clientOf(context: TestContext, options: JsonRpcOptions, pauses: number[] = []): JsonRpcClient {
  const client = new JsonRpcClient(options, { sleep: async (ms) => void pauses.push(ms) });
  context.after(() => client.close());
  return client;
}

const coded = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

test('a cookie that a node rewrote during a restart is read before the next call', async (context) => {
  const cookieFile = path.join(temporaryFolder(context), '.cookie');
  const first = await zebra(context, { cookieFile });
  const port = Number(new URL(first.url).port);
  const pauses: number[] = [];
  const client = clientOf(context, { url: first.url, cookieFile }, pauses);
  assert.equal(await client.call('a', []), 'a');
  await first.close();
  const second = await zebra(context, { cookieFile, port });
  assert.equal(await client.call('b', [], { retry: false }), 'b', 'also where nothing may be sent twice');
  // The new cookie has the same length, and the modification time shows no change.
  const { mtime } = await stat(cookieFile);
  await second.close();
  await zebra(context, { cookieFile, port });
  await utimes(cookieFile, mtime, mtime);
  assert.equal(await client.call('c', []), 'c');
  assert.deepEqual(pauses, [], 'at once');
});

test('after a connection that was closed without an answer, the file is read again although it looks unchanged', async (context) => {
  const folder = temporaryFolder(context);
  const cookieFile = path.join(folder, 'cookie');
  const server = await zebra(context, { user: 'u', password: 'right' });
  await writeFile(cookieFile, 'u:wrong');
  const pauses: number[] = [];
  const client = clientOf(context, { url: server.url, cookieFile }, pauses);
  await assert.rejects(client.call('a', []), (error: Error) => {
    assert.match(error.message, /Zebra does so to a wrong user, password or cookie/);
    assert.ok(!error.message.includes('u:wrong'));
    return coded('ADIT_RPC_UNREACHABLE')(error);
  });
  assert.equal(pauses.length, 2);
  await writeFile(path.join(folder, 'new'), 'u:right');
  await rename(path.join(folder, 'new'), cookieFile);
  assert.equal(await client.call('b', []), 'b');
});

/** A node that writes a new cookie as it hangs up on its first caller, and then lets only that cookie in. */
async function restarting(context: TestContext, cookieFile: string) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (seen.length === 1) {
      writeFileSync(cookieFile, 'u:new');
      request.socket.destroy();
      return;
    }
    request.resume().on('end', () => response.end('{"id":1,"result":"done"}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, seen };
}

const basic = (secret: string): string => `Basic ${Buffer.from(secret).toString('base64')}`;

test('a cookie that changes during a call is tried at once when the connection breaks', async (context) => {
  const cookieFile = path.join(temporaryFolder(context), 'cookie');
  await writeFile(cookieFile, 'u:old');
  const { url, seen } = await restarting(context, cookieFile);
  const pauses: number[] = [];
  const client = clientOf(context, { url, cookieFile, retries: 0 }, pauses);
  assert.equal(await client.call('a', []), 'done');
  assert.deepEqual(seen, [basic('u:old'), basic('u:new')]);
  assert.deepEqual(pauses, []);
});

test('a call without retries is not sent again with another cookie', async (context) => {
  const cookieFile = path.join(temporaryFolder(context), 'cookie');
  await writeFile(cookieFile, 'u:old');
  const { url, seen } = await restarting(context, cookieFile);
  const client = clientOf(context, { url, cookieFile });
  await assert.rejects(client.call('pay', [], { retry: false }), coded('ADIT_RPC_UNREACHABLE'));
  assert.equal(seen.length, 1);
});

test('while a cookie file is missing, empty or huge, the former cookie stays in use', async (context) => {
  const cookieFile = path.join(temporaryFolder(context), 'cookie');
  const server = await zebra(context, { user: 'u', password: 'p' });
  const client = clientOf(context, { url: server.url, cookieFile });
  await assert.rejects(client.call('a', []), (error: Error) => {
    assert.match(error.message, /^cookie file .* cannot be used/);
    return coded('ADIT_RPC_UNAUTHORIZED')(error);
  });
  await writeFile(cookieFile, 'u:p');
  assert.equal(await client.call('b', []), 'b');
  await writeFile(cookieFile, '');
  assert.equal(await client.call('c', []), 'c');
  await writeFile(cookieFile, 'x'.repeat(100_000));
  assert.equal(await client.call('d', []), 'd');
  await rm(cookieFile);
  assert.equal(await client.call('e', []), 'e');
});

test('a password file is read again like a cookie, but not if others may read it', async (context) => {
  const passwordFile = path.join(temporaryFolder(context), 'password');
  await writeFile(passwordFile, 'one\n', { mode: 0o600 });
  const first = await zebra(context, { user: 'adit', password: 'one' });
  const port = Number(new URL(first.url).port);
  const client = clientOf(context, { url: first.url, user: 'adit', passwordFile });
  assert.equal(await client.call('a', []), 'a');
  await first.close();
  await zebra(context, { user: 'adit', password: 'two', port });
  await writeFile(passwordFile, 'two\n');
  assert.equal(await client.call('b', []), 'b');
  await writeFile(passwordFile, 'three\n');
  await chmod(passwordFile, 0o644);
  assert.equal(await client.call('c', []), 'c', 'the secret of before stays');
  const stranger = clientOf(context, { url: `http://127.0.0.1:${port}/`, user: 'adit', passwordFile });
  await assert.rejects(stranger.call('d', []), (error: Error) => {
    assert.match(error.message, /can be read by others: run chmod 600/);
    return coded('ADIT_RPC_UNAUTHORIZED')(error);
  });
});

test('a node that answers a wrong secret with 401 gets the new one at once', async (context) => {
  const cookieFile = path.join(temporaryFolder(context), 'cookie');
  await writeFile(cookieFile, 'u:wrong');
  const server = await zebra(context, { user: 'u', password: 'p', hangUpOnWrongSecret: false });
  const client = clientOf(context, { url: server.url, cookieFile });
  await assert.rejects(client.call('a', []), coded('ADIT_RPC_UNAUTHORIZED'));
  await writeFile(cookieFile, 'u:p');
  assert.equal(await client.call('b', [], { retry: false }), 'b');
});

test('the error for a node that hangs up on calls without a cookie names cookie_file, unless the node had answered before', async (context) => {
  const options = { user: 'u', password: 'p' };
  const server = await zebra(context, options);
  const client = clientOf(context, { url: server.url, retries: 0 });
  await assert.rejects(client.call('a', []), (error: Error) => {
    assert.match(error.message, /socket hang up; Zebra does so where it wants its cookie.*set cookie_file/);
    return coded('ADIT_RPC_UNREACHABLE')(error);
  });
  const answers = { count: 0 };
  const open = createServer((request, response) => {
    answers.count += 1;
    if (answers.count > 1) return request.socket.destroy();
    return request.resume().on('end', () => response.end('{"id":1,"result":"done"}'));
  }).listen(0, '127.0.0.1');
  await once(open, 'listening');
  context.after(() => open.close());
  const { port } = open.address() as AddressInfo;
  const other = clientOf(context, { url: `http://127.0.0.1:${port}/`, retries: 0 });
  assert.equal(await other.call('a', []), 'done');
  await assert.rejects(other.call('a', []), (error: Error) => !error.message.includes('cookie'));
});

test('the error for a node that cannot be reached contains its address once', async (context) => {
  const client = clientOf(context, { url: 'http://127.0.0.1:1', retries: 0 });
  await assert.rejects(client.call('a', []), {
    message: '127.0.0.1:1 cannot be reached: connect ECONNREFUSED',
  });
});

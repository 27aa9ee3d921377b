import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { JsonRpcClient, type JsonRpcOptions } from '../src/json-rpc-client.ts';

/** The error of a call to a node that answers everything with HTTP 401. */
async function faultOf(
  context: TestContext,
  protocol: string,
  options: Partial<JsonRpcOptions>,
): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(401).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as { port: number };
  const client = new JsonRpcClient({ url: `${protocol}://127.0.0.1:${port}`, retries: 0, ...options });
  context.after(() => client.close());
  return await client.call('getblockcount', []).then(
    () => '',
    (error: Error) => error.message,
  );
}

test('https to a node without TLS says so, and not what OpenSSL says', async (context) => {
  assert.match(
    await faultOf(context, 'https', {}),
    /cannot be reached: it does not speak TLS there: write http:\/\//,
  );
});

test('a refused cookie or password is named by its file', async (context) => {
  const file = path.join(temporaryFolder(context), 'secret');
  writeFileSync(file, 'a:hunter2', { mode: 0o600 });
  const cookie = await faultOf(context, 'http', { cookieFile: file });
  assert.match(cookie, new RegExp(`refuses the cookie in ${file} \\(HTTP 401\\)`));
  const password = await faultOf(context, 'http', { user: 'a', passwordFile: file });
  assert.match(password, new RegExp(`refuses the password in ${file} \\(HTTP 401\\)`));
  assert.match(
    await faultOf(context, 'http', { user: 'a', password: 'hunter2' }),
    /refuses the user and password/,
  );
  assert.doesNotMatch(cookie + password, /hunter2/);
});

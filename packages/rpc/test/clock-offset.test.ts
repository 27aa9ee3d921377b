import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type TestContext, test } from 'node:test';
import { clockOffset } from '../src/clock-offset.ts';
import { JsonRpcClient } from '../src/json-rpc-client.ts';

const DATE = 'Mon, 30 Nov 2026 12:00:00 GMT';
const DATE_MS = Date.UTC(2026, 10, 30, 12);

async function nodeWithDate(context: TestContext, date: string | undefined): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.sendDate = false;
      if (date !== undefined) response.setHeader('date', date);
      response.end('{"id":1,"result":7}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('a client knows how far the clock of its node is ahead, from the Date header of each answer', async (context) => {
  let nowMs = DATE_MS - 10_800_000;
  const client = new JsonRpcClient({ url: await nodeWithDate(context, DATE) }, { wallClock: () => nowMs });
  context.after(() => client.close());
  assert.equal(client.clockOffsetMs, undefined);
  await client.call('getblockcount', []);
  assert.equal(client.clockOffsetMs, 10_800_500);
  nowMs = DATE_MS + 500;
  // The answer has the id of the first call.
  await client.call('getblockcount', []).catch(() => {});
  assert.equal(client.clockOffsetMs, 0);
});

test('a node without a Date header, or with one that is no date, tells no time', async (context) => {
  const client = new JsonRpcClient({ url: await nodeWithDate(context, undefined) });
  context.after(() => client.close());
  await client.call('getblockcount', []);
  assert.equal(client.clockOffsetMs, undefined);
  for (const text of [undefined, '', 'yesterday']) assert.equal(clockOffset(text, DATE_MS), undefined);
});

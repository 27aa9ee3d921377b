import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { test } from 'node:test';
import { FarHost } from '@adit/test-kit/far-host';
import { httpPost } from '../src/http-post.ts';

/** Node gives an address 250 ms before it tries the next one, unless it is told otherwise. */
const LONGER_THAN_USUAL_MS = 400;

test('a node with two addresses, of which one is slow and the other one dead, is reached', async (context) => {
  const host = await FarHost.start('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
  const agent = new Agent({ lookup: FarHost.lookup });
  context.after(async () => {
    agent.destroy();
    await host.stop();
  });
  const answer = httpPost(new URL(`http://node.example:${host.port}`), {
    name: 'node.example',
    body: '{}',
    authorization: undefined,
    agent,
    timeoutMs: 10_000,
    wallClock: Date.now,
    signal: undefined,
    limits: { bytes: 100, values: 100, depth: 8 },
  });
  setTimeout(() => host.open(), LONGER_THAN_USUAL_MS);
  assert.equal((await answer).status, 200);
});

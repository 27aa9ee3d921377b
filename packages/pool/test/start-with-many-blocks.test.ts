import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

test('the state of the nodes is known before blocks of earlier processes are handed in', async (context) => {
  const data = temporaryFolder(context);
  const blocks = path.join(data, 'blocks');
  mkdirSync(blocks);
  for (let i = 0; i < 300; i += 1) {
    const id = i.toString(16).padStart(64, '0');
    const candidate = {
      what: 'block',
      id,
      height: i,
      worker: 'w',
      foundAtMs: 0,
      answers: [],
      state: 'pending',
    };
    const zcash = { ...candidate, chain: 'zcash', payload: '00'.repeat(2_000) };
    writeFileSync(path.join(blocks, `zcash-${id}.json`), JSON.stringify(zcash));
    const nonce = i.toString(16).padStart(16, '0');
    const fruit = { ...candidate, chain: 'truechain', payload: `${nonce},${id},${id}` };
    writeFileSync(
      path.join(blocks, `truechain-${id}.json`),
      JSON.stringify({ ...fruit, id: `${id}-${nonce}` }),
    );
  }
  const asked: string[] = [];
  const node = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      asked.push(`${request.url} ${(JSON.parse(text) as { method: string }).method}`);
      response.writeHead(503).end();
    });
  }).listen(0, '127.0.0.1');
  context.after(() => node.close());
  await until('the node listens', () => node.listening);
  const url = `http://127.0.0.1:${(node.address() as AddressInfo).port}`;
  const { pool, events } = await startPool(data, [zcashPool([`${url}/z`]), trueChainPool(`${url}/t`)]);
  context.after(() => {
    node.closeAllConnections();
    return pool.stop();
  });
  const at = new Map<string, number>();
  await until('both nodes are judged', () => {
    for (const event of events)
      if (event.kind === 'node' && !at.has(event.chain)) at.set(event.chain, asked.length);
    return at.size === 2;
  });
  for (const [chain, place] of [
    ['zcash', '/z'],
    ['truechain', '/t'],
  ] as const) {
    const methods = asked.slice(0, at.get(chain)).filter((call) => call.startsWith(place));
    const before = methods.filter((call) => /submit/i.test(call)).length;
    assert.ok(before < 100, `${before}`);
  }
});

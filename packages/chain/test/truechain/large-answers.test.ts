import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { TrueChainNode } from '../../src/truechain/node.ts';

const data = (byte: string, length: number) => `0x${byte.repeat(length)}`;
const fruit = (number: number) => ({
  number: `0x${number.toString(16)}`,
  hash: data('1a', 32),
  nonce: data('2b', 8),
  mixHash: data('3c', 32),
  miner: data('4d', 20),
  difficulty: '0x10',
  fastHash: data('5e', 32),
  pointerHash: data('6f', 32),
  pointerNumber: '0x1',
  timestamp: '0x5',
});
const block = (fruits: number) => ({
  number: '0x1',
  hash: data('aa', 32),
  parentHash: data('bb', 32),
  nonce: data('cc', 8),
  mixHash: data('dd', 32),
  miner: data('ee', 20),
  difficulty: '0x100',
  timestamp: '0x5',
  beginFruitNumber: 1,
  endFruitNumber: fruits,
  fruits: Array.from({ length: fruits }, (_, i) => fruit(i + 1)),
});

/** A node that answers every call with the same JSON text. */
async function nodeThat(context: TestContext, text: string): Promise<TrueChainNode> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const calls = JSON.parse(body) as { id: number } | { id: number }[];
      const one = ({ id }: { id: number }) => `{"jsonrpc":"2.0","id":${id},"result":${text}}`;
      response.end(Array.isArray(calls) ? `[${calls.map(one).join(',')}]` : one(calls));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const node = new TrueChainNode({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    retries: 0,
  });
  context.after(() => {
    node.close();
    server.closeAllConnections();
    server.close();
  });
  return node;
}

test('a thread reads a snail block with all its fruits as the main thread would, and does not block it', async (context) => {
  const node = await nodeThat(context, JSON.stringify(block(2_000)));
  const parse = context.mock.method(JSON, 'parse');
  const found = await node.snailBlock(1, true);
  const longest = Math.max(0, ...parse.mock.calls.map(({ arguments: [text] }) => String(text).length));
  assert.ok(longest < 64 * 1024, `${longest} bytes were parsed where shares wait`);
  assert.equal(found?.fruits.length, 2_000);
  assert.deepEqual(found?.fruits[7], {
    fastNumber: 8,
    hash: new Uint8Array(32).fill(0x1a),
    nonce: 0x2b2b2b2b2b2b2b2bn,
    miner: data('4d', 20),
    difficulty: 16n,
  });
  const small = await nodeThat(context, JSON.stringify(block(1)));
  assert.equal((await small.snailBlock(1, true))?.miner, data('ee', 20));
  const none = await nodeThat(context, 'null');
  assert.equal(await none.snailBlock(1, true), undefined);
});

test('an answer of many values is not parsed on the main thread, however short it is', async (context) => {
  const node = await nodeThat(context, `[${'0,'.repeat(30_000)}0]`);
  const parse = context.mock.method(JSON, 'parse');
  const calls: (() => Promise<unknown>)[] = [
    () => node.snailBlock(1, true),
    () => node.getWork(),
    () => node.submitWork(1n, new Uint8Array(32), new Uint8Array(32)),
    () => node.getDataset(),
    () => node.snailHashes(1, 1),
    () => node.snailNumber(),
    () => node.pendingSnailNumber(),
    () => node.rewardBlock(1),
    () => node.snailRewardContent(1),
    () => node.chainRewardContent(1),
    () => node.coinbase(),
    () => node.fastNumber(),
    () => node.waitingFruits(),
  ];
  for (const call of calls) {
    await assert.rejects(call(), (error) =>
      ['ADIT_RPC_BAD_ANSWER', 'ADIT_BAD_FIELD'].includes(Reflect.get(Object(error), 'code')),
    );
  }
  const longest = Math.max(0, ...parse.mock.calls.map(({ arguments: [text] }) => String(text).length));
  assert.ok(longest < 1_000, `${longest} bytes were parsed`);
});

test('an answer of a million values is refused while it arrives', async (context) => {
  const node = await nodeThat(context, `[${'0,'.repeat(990_000)}0]`);
  await assert.rejects(node.snailBlock(1, true), {
    code: 'ADIT_RPC_BAD_ANSWER',
    message: /more than 262144 values/,
  });
});

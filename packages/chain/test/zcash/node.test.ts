import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevnetRpcServer, RpcFault } from '../../src/devnet/rpc-server.ts';
import { ZcashNode } from '../../src/zcash/node.ts';

/** A node whose every method gives `answer`. */
async function answering(answer: () => unknown, use: (node: ZcashNode, calls: unknown[][]) => Promise<void>) {
  const calls: unknown[][] = [];
  const server = new DevnetRpcServer({}, (method, params) => {
    calls.push([method, ...params]);
    return answer();
  });
  await server.start();
  const node = new ZcashNode({ url: server.url, name: 'zebra', retries: 0 });
  try {
    await use(node, calls);
  } finally {
    node.close();
    await server.close();
  }
}

const block = Uint8Array.of(0xab, 0xcd);

for (const [raw, kind] of [
  [null, 'accepted'],
  ['duplicate', 'duplicate'],
  ['duplicate-inconclusive', 'duplicate-inconclusive'],
  ['inconclusive', 'inconclusive'],
  ['rejected', 'rejected'],
  ['duplicate-invalid', 'rejected'],
  ['high-hash', 'rejected'],
] as const) {
  test(`submitblock answered with ${raw} means ${kind}`, async () => {
    await answering(
      () => raw,
      async (node, calls) => {
        assert.deepEqual(await node.submitBlock(block), { kind, raw });
        assert.deepEqual(calls, [['submitblock', 'abcd']]);
      },
    );
  });
}

test('a refusal by RPC error is an answer, but a node that is not ready leaves the fate of the block open', async () => {
  const failing = (code: number, message: string) => () => {
    throw new RpcFault(code, message);
  };
  await answering(failing(-22, 'Block decode failed'), async (node) => {
    assert.deepEqual(await node.submitBlock(block), { kind: 'rejected', raw: 'Block decode failed' });
  });
  for (const code of [-10, -28, -32603]) {
    await answering(failing(code, 'later'), async (node) => {
      await assert.rejects(node.submitBlock(block), { code: 'ADIT_RPC_ERROR', rpcCode: code });
    });
  }
});

test('proposals and long polls are asked for as Zebra expects', async () => {
  await answering(
    () => null,
    async (node, calls) => {
      assert.deepEqual(await node.propose(block), { valid: true });
      await node.getBlockTemplate();
      await node.getBlockTemplate({ longPollId: 'abc' });
      assert.deepEqual(calls, [
        ['getblocktemplate', { mode: 'proposal', data: 'abcd' }],
        ['getblocktemplate'],
        ['getblocktemplate', { longpollid: 'abc' }],
      ]);
    },
  );
});

test('answers of the wrong shape are bad answers, not values', async () => {
  await answering(
    () => ({ odd: true }),
    async (node) => {
      const bad = { code: 'ADIT_RPC_BAD_ANSWER' };
      await assert.rejects(node.propose(block), bad);
      await assert.rejects(node.submitBlock(block), bad);
      await assert.rejects(node.getBlockCount(), bad);
      await assert.rejects(node.getBestBlockHash(), bad);
      await assert.rejects(node.getBlockHash(1), bad);
      await assert.rejects(node.getBlockHeader('00'.repeat(32)), {
        code: 'ADIT_BAD_FIELD',
        message: /confirmations/,
      });
    },
  );
});

test('an unknown block is undefined, any other error is thrown', async () => {
  for (const code of [-1, -5, -8]) {
    await answering(
      () => {
        throw new RpcFault(code, 'not found');
      },
      async (node) => {
        assert.equal(await node.getBlockHeader('00'.repeat(32)), undefined);
        assert.equal(await node.getBlockHash(5), undefined);
      },
    );
  }
  await answering(
    () => {
      throw new RpcFault(-28, 'Loading block index...');
    },
    async (node) => {
      await assert.rejects(node.getBlockHeader('00'.repeat(32)), { rpcCode: -28 });
    },
  );
});

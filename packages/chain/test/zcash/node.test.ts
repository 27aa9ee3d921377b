import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DevnetRpcServer, RpcFault } from '@adit/devnet';
import { ZcashNode } from '../../src/zcash/node.ts';

/** A node that answers every method with `answer`. */
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
  ['invalid-solution', 'rejected'],
  ['time-too-new', 'rejected'],
  ['bad-txnmrklroot', 'rejected'],
  ['bad-prevblk', 'parent'],
  ['service not ready', 'unknown'],
  ['try-again-later', 'unknown'],
  ['', 'unknown'],
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

const failing = (code: number, message: string) => () => {
  throw new RpcFault(code, message);
};

for (const code of [-22, -25, -26, -27]) {
  test(`submitblock answered with the RPC error ${code} judges the block`, async () => {
    await answering(failing(code, 'Block decode failed'), async (node) => {
      assert.deepEqual(await node.submitBlock(block), { kind: 'rejected', raw: 'Block decode failed' });
    });
  });
}

for (const code of [0, -1, -7, -8, -9, -10, -20, -28, -32600, -32601, -32602, -32603, -32700, -32000, 1]) {
  test(`submitblock answered with the RPC error ${code} leaves the fate of the block open`, async () => {
    await answering(failing(code, 'service not ready'), async (node) => {
      await assert.rejects(node.submitBlock(block), { code: 'ADIT_RPC_ERROR', rpcCode: code });
    });
  });
}

test('answers that are longer than their call can need are refused', async () => {
  await answering(
    () => 'a'.repeat(70_000),
    async (node) => {
      const tooLong = { code: 'ADIT_RPC_BAD_ANSWER', message: /more than 65536 bytes/ };
      await assert.rejects(node.getBestBlockHash(), tooLong);
      await assert.rejects(node.getBlockCount(), tooLong);
      await assert.rejects(node.getBlockHash(1), tooLong);
      await assert.rejects(node.getBlockHeader('00'.repeat(32)), tooLong);
      await assert.rejects(node.submitBlock(block), tooLong);
      await assert.rejects(node.propose(block), tooLong);
      assert.equal(await node.getBlockTemplate(), 'a'.repeat(70_000));
    },
  );
  await answering(
    () => 'a'.repeat(17 * 1024 * 1024),
    async (node) => {
      await assert.rejects(node.getBlockTemplate(), { code: 'ADIT_RPC_BAD_ANSWER' });
    },
  );
});

test('the client asks for proposals and long polls as Zebra expects', async () => {
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

test('answers of the wrong shape are errors, not values', async () => {
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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import { JsonRpcClient } from '@adit/rpc';
import { accountOf, encodeRlp, signPayment, type TrueChainPayment } from '@adit/wallets';
import { COINBASE, withBench } from './harness.ts';

const KEY = new Uint8Array(32).fill(46);
const US = `0x${encodeHex(accountOf(KEY))}`;
const ANN = `0x${'a1'.repeat(20)}`;
const PRICE = 1_000_000n;
const PAYMENT = {
  nonce: 0n,
  gasPrice: PRICE,
  gas: 21_000n,
  to: new Uint8Array(20).fill(0xa1),
  value: 1_000n,
};
const FUNDS = 10n ** 12n;

interface Rig {
  readonly call: (method: string, ...params: unknown[]) => Promise<unknown>;
  readonly send: (more?: Partial<TrueChainPayment>, chainId?: bigint) => Promise<unknown>;
  readonly mine: (blocks: number) => void;
  readonly devnet: Parameters<Parameters<typeof withBench>[1]>[0]['devnet'];
}

async function withPayments(use: (rig: Rig) => Promise<void>): Promise<void> {
  await withBench({ accounts: { [US]: String(FUNDS) } }, async ({ devnet, clock }) => {
    const client = new JsonRpcClient({ url: devnet.url, retries: 0 });
    const call = (method: string, ...params: unknown[]) => client.call(method, params);
    try {
      await use({
        call,
        devnet,
        send: (more = {}, chainId = 400n) =>
          call(
            'etrue_sendRawTransaction',
            `0x${encodeHex(signPayment({ ...PAYMENT, ...more }, chainId, KEY).raw)}`,
          ),
        mine: (blocks) => {
          clock.ms += 2_000 * blocks;
        },
      });
    } finally {
      client.close();
    }
  });
}

test('a payment waits, comes into the next fast block, and has a receipt from then on', async () => {
  await withPayments(async ({ send, call, mine }) => {
    const hash = await send();
    assert.equal(hash, signPayment(PAYMENT, 400n, KEY).hash);
    assert.equal(await call('etrue_getTransactionReceipt', hash), null);
    const waiting = (await call('etrue_getTransactionByHash', hash)) as Record<string, unknown>;
    assert.equal(waiting['blockHash'], null);
    assert.equal(await call('etrue_getTransactionCount', US, 'pending'), '0x0');
    mine(1);
    const receipt = (await call('etrue_getTransactionReceipt', hash)) as Record<string, unknown>;
    assert.deepEqual([receipt['status'], receipt['gasUsed'], receipt['from']], ['0x1', '0x5208', US]);
    assert.equal(await call('etrue_getTransactionCount', US, 'latest'), '0x1');
    const block = (await call('etrue_getBlockByNumber', receipt['blockNumber'], true)) as {
      readonly hash: string;
      readonly transactions: readonly { readonly hash: string }[];
    };
    assert.equal(block.hash, receipt['blockHash']);
    assert.deepEqual(
      block.transactions.map((one) => one.hash),
      [hash],
    );
    assert.equal(BigInt(String(await call('etrue_getBalance', ANN, 'latest'))), 1_000n);
    assert.equal(
      BigInt(String(await call('etrue_getBalance', US, 'latest'))),
      FUNDS - 1_000n - 21_000n * PRICE,
    );
  });
});

test('each rule of the pool refuses with the words of the real node', async () => {
  await withPayments(async ({ send, call, mine }) => {
    const refused = (sent: Promise<unknown>, words: RegExp) => assert.rejects(sent, { message: words });
    await refused(send({}, 19_330n), /invalid sender/);
    await refused(send({ gasPrice: PRICE - 1n }), /transaction underpriced/);
    await refused(send({ gas: 20_999n }), /intrinsic gas too low/);
    await refused(send({ gas: 10_000_001n }), /exceeds block gas limit/);
    await refused(send({ value: FUNDS }), /insufficient funds for gas \* price \+ value/);
    await refused(call('etrue_sendRawTransaction', '0x'), /rlp/);
    await refused(call('etrue_sendRawTransaction', 'f86c'), /hex string/);
    const short = encodeRlp([0n, PRICE, 21_000n]);
    await refused(call('etrue_sendRawTransaction', `0x${encodeHex(short)}`), /too few elements/);
    await send();
    await refused(send(), /known transaction/);
    await refused(send({ value: 5n }), /replacement transaction underpriced/);
    await refused(send({ value: 5n, gasPrice: 1_099_999n }), /replacement transaction underpriced/);
    await send({ value: 5n, gasPrice: 1_100_000n });
    mine(1);
    assert.equal(BigInt(String(await call('etrue_getBalance', ANN, 'latest'))), 5n);
    await refused(send(), /nonce too low/);
  });
});

test('a payment behind a gap waits until the gap is filled', async () => {
  await withPayments(async ({ send, call, mine }) => {
    await send({ nonce: 1n });
    mine(3);
    assert.equal(await call('etrue_getTransactionCount', US, 'latest'), '0x0');
    await send();
    mine(1);
    assert.equal(await call('etrue_getTransactionCount', US, 'latest'), '0x2');
  });
});

test('orders for trouble: lost, late, under another hash, forgotten, and a node that is behind', async () => {
  await withPayments(async ({ send, call, mine, devnet }) => {
    const count = async () => Number(await call('etrue_getTransactionCount', US, 'latest'));
    devnet.orderPayments({ nextPayment: 'never_taken' });
    await send();
    mine(10);
    assert.equal(await count(), 0);
    devnet.orderPayments({ nextPayment: 'taken_later' });
    await assert.rejects(send());
    mine(4);
    assert.equal(await count(), 0);
    mine(3);
    assert.equal(await count(), 1);
    devnet.orderPayments({ nextPayment: 'other_hash' });
    const hash = await send({ nonce: 1n });
    mine(1);
    assert.equal(await count(), 2);
    assert.equal(await call('etrue_getTransactionReceipt', hash), null);
    await send({ nonce: 2n });
    devnet.forgetPool();
    mine(2);
    assert.equal(await count(), 2);
    devnet.fallBehind(1_000);
    assert.equal(await count(), 0);
    assert.throws(() => devnet.orderPayments({ nextPayment: 'else' as 'none' }), { code: 'ADIT_BAD_FAULT' });
  });
});

test('a reorganisation of fast blocks has other hashes, and its payments wait again or are forgotten', async () => {
  await withPayments(async ({ send, call, mine, devnet }) => {
    const hash = await send();
    mine(2);
    const before = (await call('etrue_getTransactionReceipt', hash)) as Record<string, unknown>;
    devnet.reorgFast(2);
    assert.equal(await call('etrue_getTransactionReceipt', hash), null);
    mine(1);
    const after = (await call('etrue_getTransactionReceipt', hash)) as Record<string, unknown>;
    assert.notEqual(after['blockHash'], before['blockHash']);
    devnet.reorgFast(3, { keep: false });
    mine(3);
    assert.equal(await call('etrue_getTransactionByHash', hash), null);
    assert.throws(() => devnet.reorgFast(10 ** 9), { code: 'ADIT_REORG_TOO_DEEP' });
  });
});

test('a balance is what rewards have really paid, from the fast block on that pays them, less what was sent', async () => {
  await withPayments(async ({ devnet }) => {
    assert.equal(devnet.balance(US), FUNDS);
    assert.equal(devnet.balance(COINBASE), 0n);
    for (let i = 0; i < 16; i += 1) devnet.mineBlock();
    const [first] = devnet.rewards();
    const paid = devnet.rewards().reduce((sum, { amounts }) => sum + amounts.block, 0n);
    assert.ok(first !== undefined && devnet.balance(`0x${'e1'.repeat(20)}`) >= paid);
  });
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { DevnetRpcServer, RpcFault, startZcashDevnet } from '@adit/devnet';
import { zcashChain } from '../../src/zcash/chains.ts';
import { withCoinbaseText } from '../../src/zcash/coinbase-text.ts';
import { ZcashNode } from '../../src/zcash/node.ts';
import { TemplateReader } from '../../src/zcash/template-reader.ts';
import { workFromTemplate } from '../../src/zcash/work.ts';
import { sampleTemplate } from './sample-template.ts';

const CHAIN = zcashChain('zcash');
const DEVNET = zcashChain('zcash-devnet-48_5');

function template(count: number, size: number): Record<string, unknown> {
  return sampleTemplate({ height: 10, transactions: Array.from({ length: count }, () => randomBytes(size)) });
}

async function nodeThat(context: TestContext, answer: () => unknown): Promise<ZcashNode> {
  const server = new DevnetRpcServer({}, answer);
  await server.start();
  const node = new ZcashNode({ url: server.url, name: 'zebra', retries: 0 });
  context.after(async () => {
    node.close();
    await server.close();
  });
  return node;
}

test('a thread reads a long template into the same work as the main thread', async (context) => {
  const long = template(300, 1_000);
  const node = await nodeThat(context, () => long);
  const work = await node.getWork(CHAIN);
  assert.deepEqual(work, workFromTemplate(long, CHAIN));
  const [first, second] = work.transactions;
  assert.equal(work.chain, CHAIN);
  assert.equal(first?.buffer, second?.buffer, 'one buffer, which changed hands');
  const short = template(3, 100);
  const other = await nodeThat(context, () => short);
  assert.deepEqual(await other.getWork(CHAIN), workFromTemplate(short, CHAIN));
});

test('work from a long template can be varied after a thread has read it', async (context) => {
  const devnet = await startZcashDevnet({
    chain: DEVNET,
    coinbaseVersion: 5,
    mempoolTransactions: 200,
    mempoolSeconds: 0,
  });
  const node = new ZcashNode({ url: devnet.url });
  context.after(async () => {
    node.close();
    await devnet.close();
  });
  const raw = await node.getBlockTemplate();
  const [read, here] = [await node.getWork(DEVNET), workFromTemplate(raw, DEVNET)];
  assert.equal(read.transactions.length, 200);
  const text = new TextEncoder().encode('somebody');
  assert.deepEqual(withCoinbaseText(read, text).reserved, withCoinbaseText(here, text).reserved);
});

test('a fault in a long template is reported like one in a short template', async (context) => {
  const bad = await nodeThat(context, () => ({ ...template(300, 1_000), bits: '1f055553' }));
  await assert.rejects(bad.getWork(CHAIN), { code: 'ADIT_BAD_FIELD', message: /getblocktemplate\.target/ });
  const refusing = await nodeThat(context, () => {
    throw new RpcFault(-10, 'x'.repeat(100_000));
  });
  await assert.rejects(refusing.getWork(CHAIN), { code: 'ADIT_RPC_ERROR', rpcCode: -10 });
  const odd = await nodeThat(context, () => 'x'.repeat(100_000));
  await assert.rejects(odd.getWork(CHAIN), { code: 'ADIT_BAD_FIELD' });
  // A node cannot pass off an object of its own as finished work.
  const sly = await nodeThat(
    context,
    () => workFromTemplate(template(1, 10), zcashChain('zcash-testnet')).id,
  );
  await assert.rejects(sly.getWork(CHAIN), { code: 'ADIT_BAD_FIELD' });
});

test('an answer that is not JSON is reported, and the reader goes on', async (context) => {
  const reader = new TemplateReader();
  context.after(() => reader.close());
  await assert.rejects(reader.read(Buffer.alloc(100_000, 'x'), CHAIN), SyntaxError);
  const body = Buffer.from(JSON.stringify({ id: 1, result: template(300, 1_000) }));
  const { envelope, work } = await reader.read(body, CHAIN);
  assert.deepEqual(envelope, { id: 1, error: undefined, result: null });
  assert.equal(work?.transactions.length, 300);
});

test('reads under way reject when the node is closed', async () => {
  const reader = new TemplateReader();
  const reading = reader.read(Buffer.from(JSON.stringify({ id: 1, result: template(300, 1_000) })), CHAIN);
  reader.close();
  await assert.rejects(reading, { code: 'ADIT_RPC_BAD_ANSWER' });
});

test('a template of two million bytes does not block the main thread', async (context) => {
  const body = Buffer.from(JSON.stringify({ id: 1, result: template(8_000, 248) }));
  const reader = new TemplateReader();
  context.after(() => reader.close());
  await reader.read(Buffer.from(body), CHAIN);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let done = false;
  const reading = reader.read(body, CHAIN).finally(() => {
    done = true;
  });
  let turns = 0;
  while (!done) {
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  delay.disable();
  assert.equal((await reading).work?.transactions.length, 8_000);
  // On the main thread it would be two or three.
  assert.ok(turns > 20, `others had ${turns} turns meanwhile`);
  context.diagnostic(`${turns} turns; the longest took ${Math.round(delay.max / 1e6)} ms`);
});

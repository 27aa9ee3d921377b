import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { LineClient } from '@adit/test-kit/line-client';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import Database from 'better-sqlite3';

async function devnetFor(context: TestContext): Promise<ZcashDevnet> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  return devnet;
}

async function nonce1Of(port: number): Promise<{ client: LineClient; nonce1: string }> {
  const client = await LineClient.connect(port);
  const { result } = await client.request('mining.subscribe', ['x']);
  return { client, nonce1: Array.isArray(result) ? String(result[1]) : 'none' };
}

test('the next nonce1 cannot be told from those before', async (context) => {
  const devnet = await devnetFor(context);
  const { pool, portOf } = await startPool(temporaryFolder(context), [zcashPool([devnet.url])]);
  context.after(() => pool.stop());
  const clients: LineClient[] = [];
  const told: number[] = [];
  for (let i = 0; i < 200; i += 1) {
    const { client, nonce1 } = await nonce1Of(portOf('zcash'));
    clients.push(client);
    told.push(Number.parseInt(nonce1, 16));
  }
  const rises = told.filter((value, i) => i > 0 && value > (told[i - 1] ?? 0)).length;
  // 100 are expected, with a standard deviation of 4.1.
  assert.ok(rises > 60 && rises < 140, `${rises} of 199 rise`);
  assert.equal(new Set(told).size, 200);
  for (const client of clients) client.close();
});

test('two chains of one network share its values, and none is given out twice', async (context) => {
  const devnet = await devnetFor(context);
  const chains = ['first', 'second'].map((name) => {
    const chain = zcashPool([devnet.url], { name, nonce1Bytes: 2 });
    return { ...chain, name };
  });
  const { pool, portOf } = await startPool(temporaryFolder(context), chains);
  context.after(() => pool.stop());
  const clients: LineClient[] = [];
  const told: string[] = [];
  for (let i = 0; i < 40; i += 1) {
    for (const name of ['first', 'second']) {
      const { client, nonce1 } = await nonce1Of(portOf(name));
      clients.push(client);
      told.push(nonce1);
    }
  }
  assert.equal(new Set(told).size, 80);
  for (const client of clients) client.close();
});

test('the main thread does not wait for leases.db while another process has it locked', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await devnetFor(context);
  const { pool, portOf, events } = await startPool(data, [zcashPool([devnet.url], { nonce1Bytes: 1 })]);
  context.after(() => pool.stop());
  const meddler = new Database(path.join(data, 'leases.db'));
  meddler.exec('BEGIN EXCLUSIVE');
  const longestMs = watchLoop(context);
  const clients: LineClient[] = [];
  const told = new Set<string>();
  // These use up the block in hand, and the request for the next one fails.
  for (let i = 0; i < 4; i += 1) {
    const { client, nonce1 } = await nonce1Of(portOf('zcash'));
    clients.push(client);
    told.add(nonce1);
  }
  assert.equal(told.size, 4);
  const refused = await LineClient.connect(portOf('zcash'));
  await until('it is refused with a reason', () => refused.ended);
  assert.match(JSON.stringify(refused.answers[0]), /no nonce1 is at hand/);
  await pool.renewLeases();
  // A wait for the lock would take five seconds.
  assert.ok(longestMs() < 4_000, `the main thread stood still for ${longestMs()} ms`);
  await until('it is said', () =>
    events.some((event) => event.kind === 'problem' && /locked/.test(event.detail)),
  );
  meddler.exec('COMMIT');
  meddler.close();
  let late: string | undefined;
  await until('there are values again', async () => {
    const client = await LineClient.connect(portOf('zcash'));
    const answer = await client.request('mining.subscribe', ['x']).catch(() => undefined);
    if (Array.isArray(answer?.result)) late = String(answer.result[1]);
    client.close();
    return late !== undefined;
  });
  assert.ok(late !== undefined && !told.has(late));
  for (const client of clients) client.close();
});

test('a pool does not start where the leases cannot be used', async (context) => {
  const data = temporaryFolder(context);
  const db = new Database(path.join(data, 'leases.db'));
  db.exec('CREATE VIEW secret AS SELECT 1');
  db.close();
  await assert.rejects(startPool(data, [zcashPool(['http://127.0.0.1:1'])]), {
    code: 'ADIT_DATA_FOLDER',
    message: /leases of nonce1 values/,
  });
});

/** The longest time for which the main thread stood still. */
function watchLoop(context: TestContext): () => number {
  let [last, longest] = [performance.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  context.after(() => clearInterval(timer));
  return () => longest;
}

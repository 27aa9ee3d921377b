import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MiningcoreFacade } from '@adit/api/public';
import { LONG_NAME, type ServedPool, servePool } from './support/public-pool.ts';

async function served(t: Parameters<typeof servePool>[0], privacy?: (account: string) => 'private' | 'open') {
  const holder: { facade?: MiningcoreFacade } = {};
  const extension = {
    take: (...args: Parameters<MiningcoreFacade['take']>) => holder.facade?.take(...args) ?? false,
    close: () => undefined,
  };
  const pool = await servePool(t, {
    ...(privacy === undefined ? {} : { privacy }),
    modules: { extensions: [extension] },
  });
  holder.facade = new MiningcoreFacade({ sources: pool.sources });
  t.after(() => assert.deepEqual(pool.problems, []));
  return pool;
}

async function read<T>({ url }: ServedPool, path: string): Promise<T> {
  const response = await fetch(`${url}/api/${path}`);
  assert.equal(response.status, 200, path);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  return (await response.json()) as T;
}

/** A double of a client that decodes these as whole numbers, and fails at a fraction. */
function int64(value: unknown, name: string): void {
  assert.ok(typeof value === 'number' && Number.isSafeInteger(value), `${name}: ${String(value)}`);
}

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

interface Pool {
  readonly id: string;
  readonly poolStats: Record<string, unknown>;
  readonly networkStats: Record<string, unknown>;
  readonly ports: Record<string, { readonly difficulty: number }>;
  readonly topMiners: readonly { readonly miner: string }[];
  readonly lastPoolBlockTime: string;
  readonly totalPaid: number;
}

test('a client that decodes whole numbers reads the pool', async (t) => {
  const pool = await served(t);
  const { pools } = await read<{ pools: Pool[] }>(pool, 'pools');
  const [zec] = pools;
  assert.ok(zec !== undefined);
  assert.equal(zec.id, 'zec');
  for (const name of ['poolHashrate', 'connectedMiners', 'sharesPerSecond']) int64(zec.poolStats[name], name);
  for (const name of ['networkHashrate', 'blockHeight', 'connectedPeers'])
    int64(zec.networkStats[name], name);
  assert.equal(zec.ports['3333']?.difficulty, 8);
  assert.match(zec.lastPoolBlockTime, DATE);
  assert.ok(zec.topMiners.every(({ miner }) => miner !== LONG_NAME));
  const one = await read<{ pool: Pool }>(pool, 'POOLS/ZEC?topMinersRange=24');
  assert.equal(one.pool.id, 'zec');
});

test('a client that follows one miner reads its workers, and zeros for one that nobody knows', async (t) => {
  const pool = await served(t);
  interface Miner {
    readonly totalPaid: number;
    readonly pendingShares: number;
    readonly performance?: {
      readonly created: string;
      readonly workers: Record<string, { readonly hashrate: number }>;
    };
    readonly performanceSamples: readonly unknown[];
  }
  const miner = await read<Miner>(pool, `pools/zec/miners/${LONG_NAME}?perfMode=Hour`);
  assert.deepEqual(Object.keys(miner.performance?.workers ?? {}).sort(), ['rig0', 'rig1']);
  for (const { hashrate } of Object.values(miner.performance?.workers ?? {})) int64(hashrate, 'hashrate');
  int64(miner.pendingShares, 'pendingShares');
  assert.ok(miner.performanceSamples.length > 10);
  const nobody = await read<Miner>(pool, 'pools/zec/miners/nobody');
  assert.deepEqual(nobody, {
    pendingShares: 0,
    pendingBalance: 0,
    totalPaid: 0,
    todayPaid: 0,
    performanceSamples: [],
  });
});

test('a private miner is answered as one that nobody knows', async (t) => {
  const pool = await served(t, (account) => (account === LONG_NAME ? 'private' : 'open'));
  for (const part of ['', '/performance', '/payments', '/balancechanges', '/earnings/daily'])
    assert.deepEqual(
      await read(pool, `pools/zec/miners/${LONG_NAME}${part}`),
      await read(pool, `pools/zec/miners/nobody${part}`),
      part,
    );
});

test('a page that sends both spellings of its page size gets its lists', async (t) => {
  const pool = await served(t);
  const blocks = await read<Record<string, unknown>[]>(pool, 'pools/zec/blocks?page=0&pagesize=1');
  assert.equal(blocks.length, 1);
  assert.equal(blocks[0]?.['status'], 'pending');
  assert.equal(blocks[0]?.['confirmationProgress'], 0.07);
  assert.match(String(blocks[0]?.['created']), DATE);
  assert.equal((await read<unknown[]>(pool, 'pools/zec/blocks?Page=1&pageSize=1')).length, 1);
  assert.equal((await read<unknown[]>(pool, 'blocks?state=orphaned')).length, 0);
  assert.equal((await read<unknown[]>(pool, 'pools/zec/payments?pageSize=100000')).length, 2);
  const { result, success, pageCount } = await read<{
    result: unknown[];
    success: boolean;
    pageCount: number;
  }>(pool, 'v2/pools/zec/payments?page=0&pageSize=1');
  assert.deepEqual([result.length, success, pageCount], [1, true, 2]);
  const { stats } = await read<{ stats: Record<string, unknown>[] }>(
    pool,
    'pools/zec/performance?r=Day&i=Hour',
  );
  int64(stats[0]?.['poolHashrate'], 'poolHashrate');
  int64(stats[0]?.['validSharesPerSecond'], 'validSharesPerSecond');
  assert.deepEqual(await read(pool, `pools/zec/miners/${LONG_NAME}/settings`), { paymentThreshold: 0.02 });
});

test('parameters that change nothing do not make an answer anew', async (t) => {
  let looks = 0;
  const { url } = await served(t, () => {
    looks += 1;
    return 'open';
  });
  await (await fetch(`${url}/api/pools/zec/miners`)).text();
  const once = looks;
  for (let i = 0; i < 5; i += 1) await (await fetch(`${url}/api/pools/zec/miners?x${i}=${i}`)).text();
  assert.equal(looks, once);
});

test('settings cannot be written, and other paths are not there', async (t) => {
  const { url } = await served(t);
  const settings = `${url}/api/pools/zec/miners/${LONG_NAME}/settings`;
  assert.equal((await fetch(settings, { method: 'POST', body: '{}' })).status, 405);
  for (const path of [
    'pools/zec/nonsense',
    'pools/other',
    'v2/pools',
    'pools/zec/miners/a/b/c/d',
    'admin/stats',
  ])
    assert.equal((await fetch(`${url}/api/${path}`)).status, 404, path);
  assert.equal((await fetch(`${url}/api/health-check`)).status, 200);
});

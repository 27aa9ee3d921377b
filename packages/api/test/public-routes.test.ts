import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workerId } from '@adit/stats';
import { BLOCK_REWARD, LONG_NAME, servePool } from './support/public-pool.ts';

async function read(url: string): Promise<Record<string, never>> {
  const response = await fetch(url);
  const text = await response.text();
  assert.equal(response.status, 200, `${url}: ${text}`);
  return JSON.parse(text) as Record<string, never>;
}

test('every path of the API answers what its schema allows', async (t) => {
  const { url, problems } = await servePool(t);
  const api = `${url}/api/v1`;
  const wid = workerId(`${LONG_NAME}.rig0`);
  const { items } = (await read(`${api}/chains/zec/blocks`)) as unknown as { items: { hash: string }[] };
  for (const path of [
    '/pool',
    '/chains/zec',
    '/chains/zec/ports',
    '/chains/zec/series',
    '/chains/zec/series?metric=network&range=1h',
    '/chains/zec/series?metric=miners&range=1y',
    '/chains/zec/miners',
    '/chains/zec/blocks?state=pending&limit=1',
    `/chains/zec/blocks/${items[0]?.hash}`,
    '/chains/zec/blocks/summary',
    '/chains/zec/payouts',
    '/chains/zec/payouts/b1',
    `/chains/zec/accounts/${LONG_NAME}`,
    `/chains/zec/accounts/${LONG_NAME}/series`,
    `/chains/zec/accounts/${LONG_NAME}/workers?sort=rate`,
    `/chains/zec/accounts/${LONG_NAME}/workers/${wid}`,
    `/chains/zec/accounts/${LONG_NAME}/workers/${wid}/series?range=1h`,
    `/chains/zec/accounts/${LONG_NAME}/payouts`,
    `/chains/zec/accounts/${LONG_NAME}/credits`,
    '/openapi.json',
  ])
    await read(`${api}${path}`);
  assert.deepEqual(problems, []);
});

test('the figures of the pool are right, and money is text', async (t) => {
  const { url } = await servePool(t);
  const { chains } = (await read(`${url}/api/v1/pool`)) as unknown as {
    chains: { rate: { h1: { value: number } }; effort: number; lastBlock: unknown; workers: number }[];
  };
  const [zec] = chains;
  assert.ok(zec !== undefined);
  // A share of 1,024 each ten seconds.
  assert.ok(Math.abs(zec.rate.h1.value - 102.4) < 1);
  assert.ok(Math.abs(zec.effort - 59 / 1024) < 1e-9, `${zec.effort}`);
  assert.equal(zec.workers, 4);
  const account = (await read(`${url}/api/v1/chains/zec/accounts/${LONG_NAME}`)) as unknown as {
    balance: { owed: string };
    workers: object;
  };
  assert.equal(account.balance.owed, String(2n ** 60n));
  assert.deepEqual(account.workers, { new: 0, online: 2, quiet: 0, offline: 0 });
  const { items } = (await read(`${url}/api/v1/chains/zec/blocks`)) as unknown as {
    items: { reward: string; state: string; finder: string; explorerUrl: string; hash: string }[];
  };
  assert.equal(items.length, 2);
  assert.equal(items[0]?.reward, String(BLOCK_REWARD));
  assert.equal(items[0]?.explorerUrl, `https://explorer.example/blocks/${items[0]?.hash}`);
});

test('lists go on where the page before ended', async (t) => {
  const { url } = await servePool(t);
  const list = `${url}/api/v1/chains/zec/payouts?limit=1`;
  const first = (await read(list)) as unknown as { items: { id: string }[]; next: string };
  const second = (await read(`${list}&cursor=${first.next}`)) as unknown as typeof first;
  assert.deepEqual([first.items[0]?.id, second.items[0]?.id, second.next], ['b2', 'b1', null]);
  for (const cursor of ['x', 'djE6eA', '%00', 'a'.repeat(201)]) {
    const bad = await fetch(`${list}&cursor=${cursor}`);
    assert.equal(bad.status, 400, cursor);
    assert.match(bad.headers.get('content-type') ?? '', /^application\/problem\+json/);
  }
});

test('unknown and private accounts are answered alike, and a key opens a private one', async (t) => {
  const { url } = await servePool(t, { privacy: (account) => (account === 'bob' ? 'private' : 'unlisted') });
  const accounts = `${url}/api/v1/chains/zec/accounts`;
  const shown = async (name: string) => {
    const response = await fetch(`${accounts}/${name}`);
    return [
      response.status,
      await response.text(),
      [...response.headers].filter(([header]) => header !== 'date'),
    ];
  };
  assert.deepEqual(await shown('bob'), await shown('nobody'));
  const headers = { authorization: 'Bearer secret-key' };
  const opened = await fetch(`${accounts}/bob`, { headers });
  assert.equal(opened.status, 200);
  assert.equal(opened.headers.get('cache-control'), 'no-store');
  assert.equal((await fetch(`${accounts}/bob`)).status, 404, 'what the key opened is not kept');
  assert.equal((await fetch(`${accounts}/bob`, { headers: { authorization: 'Bearer wrong' } })).status, 404);
});

test('lists show no whole name of an account that is not open', async (t) => {
  const { url } = await servePool(t);
  const pages = ['miners', 'blocks'].map((name) => fetch(`${url}/api/v1/chains/zec/${name}`));
  for (const page of await Promise.all(pages)) {
    const text = await page.text();
    assert.ok(!text.includes(LONG_NAME) && text.includes('t1VydN…CfMY'), text);
  }
});

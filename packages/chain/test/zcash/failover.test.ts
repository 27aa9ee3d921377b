import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { until } from '@adit/test-kit/until';
import { type NodeStatus, ZcashNode, type ZcashWork, ZcashWorkSource, zcashChain } from '../../src/index.ts';

const CHAIN = zcashChain('zcash-devnet-48_5');

async function order(url: string, method: string, params: unknown): Promise<void> {
  await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 1, method, params }),
  });
}

async function setUp(context: TestContext, count: number) {
  const devnets = await Promise.all(
    Array.from({ length: count }, () =>
      startZcashDevnet({ chain: CHAIN, initialTarget: 1n << 248n, mempoolSeconds: 0 }),
    ),
  );
  const nodes = devnets.map(({ url }) => new ZcashNode({ url, timeoutMs: 5_000 }));
  const given: { work: ZcashWork; at: number }[] = [];
  const statuses: NodeStatus[] = [];
  const outages: (number | undefined)[] = [];
  const source = new ZcashWorkSource(
    { chain: CHAIN },
    {
      nodes,
      onWork: (work) => given.push({ work, at: performance.now() }),
      onStatus: (status) => statuses.push(status),
      onOutage: (since) => outages.push(since),
    },
  );
  source.start();
  context.after(async () => {
    await source.stop();
    for (const node of nodes) node.close();
    for (const devnet of devnets) await devnet.close();
  });
  await until('work', () => given.length > 0);
  return { devnets, given, statuses, outages };
}

for (const kind of ['delay', 'disconnect', 'error'] as const) {
  test(`a node with the fault "${kind}" is left for the other one, and takes no time of it`, async (context) => {
    const { devnets, statuses, given } = await setUp(context, 2);
    const [first, second] = devnets;
    assert.ok(first !== undefined && second !== undefined);
    await until('both are known', () => new Set(statuses.map(({ node }) => node)).size === 2);
    // If the first node answered late, the other one serves for a while.
    await until('the first serves', () => {
      const serving = statuses.findLast(({ detail }) => /serves/.test(detail));
      return serving !== undefined && first.url.includes(serving.node);
    });
    const { length } = given;
    const from = performance.now();
    await order(first.url, 'devnet_fault', [{ kind, delayMs: 60_000, times: 10_000 }]);
    await until('the work of the second', () => given.length > length);
    // Another test proves the bound in virtual time. Here the machine may be busy.
    context.diagnostic(`${Math.round((given.at(-1)?.at ?? 0) - from)} ms from the fault to other work`);
    assert.ok(statuses.some(({ node, state }) => first.url.includes(node) && state !== 'ready'));
    assert.ok(statuses.some(({ node, detail }) => second.url.includes(node) && /serves/.test(detail)));
  });
}

test('an outage is reported when the last node is down, and its end when the node is back', async (context) => {
  const { devnets, outages } = await setUp(context, 1);
  const [only] = devnets;
  assert.ok(only !== undefined);
  await order(only.url, 'devnet_fault', [{ kind: 'disconnect', times: 1_000 }]);
  only.mineBlock();
  await until('the outage is told', () => outages.length === 1);
  assert.equal(typeof outages[0], 'number');
  await order(only.url, 'devnet_clearFaults', []);
  await until('its end is told', () => outages.length === 2);
  assert.equal(outages[1], undefined);
});

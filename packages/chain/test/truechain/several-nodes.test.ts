import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TrueHashDataset } from '@adit/pow';
import { equalBytes } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { type Bench, withBench } from '../../../devnet/test/truechain/harness.ts';
import {
  type Disagreement,
  type NodeStatus,
  TrueChainNode,
  type TrueChainWork,
  TrueChainWorkSource,
  type TrueChainWorkSourceOptions,
} from '../../src/index.ts';
import { withProxy } from './proxy.ts';

interface Rig {
  readonly source: TrueChainWorkSource;
  readonly works: { readonly work: TrueChainWork; readonly at: number }[];
  readonly statuses: NodeStatus[];
  readonly outages: (number | undefined)[];
  readonly disagreements: Disagreement[];
  /** Moves the source's clock forward by this time. */
  skip(ms: number): void;
  /** How often the fast chain of each node was asked for. */
  looks(): readonly number[];
  /** Whether the work in hand is the one that the bench gives now. */
  servedBy(bench: Bench): Promise<boolean>;
  state(node: string): NodeStatus['state'] | undefined;
}

/** Counts the calls for its fast chain. */
class CountedNode extends TrueChainNode {
  looks = 0;

  override async fastNumber(signal?: AbortSignal): Promise<number> {
    try {
      return await super.fastNumber(signal);
    } finally {
      this.looks += 1;
    }
  }
}

/** Uses real connections and timers; `until` waits for a condition. */
async function withNodes(
  urls: readonly string[],
  options: TrueChainWorkSourceOptions,
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  const nodes = urls.map((url, index) => new CountedNode({ url, retries: 0, name: `node${index}` }));
  const works: Rig['works'] = [];
  const statuses: NodeStatus[] = [];
  const outages: Rig['outages'] = [];
  const disagreements: Disagreement[] = [];
  let skipped = 0;
  const source = new TrueChainWorkSource(options, {
    nodes,
    buildDataset: async (seeds) => TrueHashDataset.fromSeeds(seeds),
    onWork: (work) => works.push({ work, at: performance.now() }),
    onStatus: (status) => statuses.push(status),
    onOutage: (since) => outages.push(since),
    onDisagreement: (disagreement) => disagreements.push(disagreement),
    now: () => Date.now() + skipped,
  });
  source.start();
  try {
    await use({
      source,
      works,
      statuses,
      outages,
      disagreements,
      skip: (ms) => {
        skipped += ms;
      },
      looks: () => nodes.map((node) => node.looks),
      servedBy: async ({ node }) => {
        const work = await node.getWork();
        const held = source.current;
        return held !== undefined && work !== 'not_ready' && equalBytes(work.headerHash, held.headerHash);
      },
      state: (name) => statuses.findLast(({ node }) => node === name)?.state,
    });
  } finally {
    await source.stop();
    for (const node of nodes) node.close();
  }
}

async function withPair(use: (first: Bench, second: Bench) => Promise<void>): Promise<void> {
  await withBench({}, async (first) => {
    await withBench({ coinbase: `0x${'6b'.repeat(20)}` }, async (second) => use(first, second));
  });
}

for (const kind of ['delay', 'disconnect', 'error'] as const) {
  test(`a node with the fault "${kind}" is left for the next one, and returns when it has proved itself`, async (context: TestContext) => {
    await withPair(async (first, second) => {
      await withNodes([first.devnet.url, second.devnet.url], { notReadyMs: 200 }, async (rig) => {
        await until('the first serves', () => rig.servedBy(first));
        await until('the second is known', () => rig.state('node1') === 'ready');
        const from = performance.now();
        first.devnet.inject({ kind, delayMs: 60_000 });
        await until('the second serves', () => rig.servedBy(second));
        const took = Math.round((rig.works.at(-1)?.at ?? 0) - from);
        context.diagnostic(`${took} ms from the fault to other work`);
        assert.notEqual(rig.state('node0'), 'ready');
        first.devnet.clearFaults();
        await until('the first is in reserve', () => rig.state('node0') === 'ready');
        assert.ok(await rig.servedBy(second), 'it does not serve at once');
        rig.skip(6_000);
        await until('the first serves again', () => rig.servedBy(first));
        assert.deepEqual(rig.outages, []);
      });
    });
  });
}

test('a node that falls a block behind stops serving', async () => {
  await withPair(async (first, second) => {
    await withNodes([first.devnet.url, second.devnet.url], {}, async (rig) => {
      await until('the first serves', () => rig.servedBy(first));
      second.devnet.mineBlock();
      second.clock.ms += 2_000;
      await until('the second serves', () => rig.servedBy(second));
      assert.equal(rig.source.current?.snailNumber, 2);
      assert.ok(rig.statuses.some(({ node, cause }) => node === 'node0' && cause === 'behind'));
    });
  });
});

test('the status of a node in reserve tells how many blocks it is behind the highest node', async () => {
  await withPair(async (first, second) => {
    for (let block = 0; block < 4; block += 1) {
      first.devnet.mineBlock();
      first.clock.ms += 2_000;
    }
    await withNodes([first.devnet.url, second.devnet.url], {}, async (rig) => {
      const lagOf = (name: string) => rig.statuses.findLast(({ node }) => node === name)?.lag;
      await until('its lag is told', () => lagOf('node1') === 4);
      assert.equal(rig.state('node1'), 'syncing');
      await until('the other one has none', () => lagOf('node0') === 0);
    });
  });
});

test('the first work comes from the highest node, not from the preferred one', async () => {
  await withPair(async (first, second) => {
    second.devnet.mineBlock();
    second.clock.ms += 2_000;
    await withNodes([first.devnet.url, second.devnet.url], {}, async (rig) => {
      await until('work', () => rig.works.length > 0);
      assert.equal(rig.works[0]?.work.snailNumber, 2);
    });
  });
});

test('a node that answers, but gives no work, is left for the next one', async (context: TestContext) => {
  await withPair(async (first, second) => {
    await withNodes([first.devnet.url, second.devnet.url], { notReadyMs: 200 }, async (rig) => {
      await until('the first serves', () => rig.servedBy(first));
      await until('the second is known', () => rig.state('node1') === 'ready');
      const method = 'etrue_getWork';
      first.devnet.inject({ kind: 'error', method, code: -32000, message: 'mining not ready' });
      await until('the second serves', () => rig.servedBy(second));
      assert.ok(rig.statuses.some(({ node, cause }) => node === 'node0' && cause === 'no_work'));
      first.devnet.clearFaults();
      rig.skip(6_000);
      await until('the first serves again', () => rig.servedBy(first));
      const from = performance.now();
      first.devnet.inject({ kind: 'delay', method, delayMs: 60_000 });
      await until('the second serves again', () => rig.servedBy(second));
      const took = Math.round((rig.works.at(-1)?.at ?? 0) - from);
      context.diagnostic(`${took} ms where getWork alone hangs`);
      assert.deepEqual(rig.outages, []);
    });
  });
});

test('an outage of all nodes is reported once, the last work stays, and the first node that returns serves', async () => {
  await withPair(async (first, second) => {
    await withNodes([first.devnet.url, second.devnet.url], {}, async (rig) => {
      await until('the first serves', () => rig.servedBy(first));
      await until('the second is known', () => rig.state('node1') === 'ready');
      const held = rig.source.current;
      second.devnet.inject({ kind: 'disconnect' });
      await until('the second is down', () => rig.state('node1') === 'down');
      assert.deepEqual(rig.outages, []);
      first.devnet.inject({ kind: 'disconnect' });
      await until('the outage is told', () => rig.outages.length === 1);
      assert.ok(Math.abs((rig.outages[0] ?? 0) - Date.now()) < 60_000);
      assert.equal(rig.source.current, held);
      second.devnet.clearFaults();
      await until('its end is told', () => rig.outages.length === 2);
      assert.equal(rig.outages[1], undefined);
      assert.ok(await rig.servedBy(second));
    });
  });
});

test('nodes on different chains are reported once', async () => {
  await withPair(async (first, second) => {
    // Another time gives another block.
    second.clock.ms += 7_000;
    for (const { devnet, clock } of [first, second]) {
      devnet.mineBlock();
      clock.ms += 2_000;
    }
    await withNodes([first.devnet.url, second.devnet.url], {}, async (rig) => {
      await until('both are known', () => rig.state('node0') === 'ready' && rig.state('node1') === 'ready');
      assert.deepEqual([...rig.disagreements], []);
      rig.skip(4_000);
      await until('the disagreement is told', () => rig.disagreements.length === 1);
      assert.equal(rig.disagreements[0]?.height, 1);
      assert.deepEqual(
        rig.disagreements[0]?.tips.map(({ node }) => node),
        ['node0', 'node1'],
      );
      rig.skip(60_000);
      first.devnet.mineBlock();
      await until('the block is seen', () => rig.statuses.some(({ height }) => height === 2));
      assert.equal(rig.disagreements.length, 1);
    });
  });
});

test('a proxy that offers only getWork, and no height, can serve', async () => {
  await withPair(async (first, second) => {
    const answer = (method: string, real: () => Promise<unknown>): Promise<unknown> =>
      method === 'etrue_getWork' ? real() : Promise.reject(new Error('no such method'));
    await withProxy(first.devnet, answer, async (url) => {
      await withNodes([url, second.devnet.url], {}, async (rig) => {
        await until('work', () => rig.works.length > 0);
        rig.skip(6_000);
        await until('the preferred one serves', () => rig.servedBy(first));
        assert.ok(rig.statuses.every(({ state }) => state === 'ready'));
      });
    });
  });
});

test('a node with wrong seeds does not serve beside an honest one', async () => {
  await withBench({ startNumber: 12_000 }, async ({ devnet }) => {
    const answer = async (method: string, real: () => Promise<unknown>): Promise<unknown> => {
      if (method !== 'etrue_getDataset') return real();
      const seeds = (await real()) as string[];
      return [...seeds.slice(0, 5_000), `0x${'07'.repeat(16)}`, ...seeds.slice(5_001)];
    };
    const everything = async (method: string, real: () => Promise<unknown>): Promise<unknown> =>
      method === 'etrue_getSnailHashByNumber' ? `0x${'11'.repeat(32)}` : answer(method, real);
    await withProxy(devnet, everything, async (url) => {
      // A busy machine may be slow to build it, which would be another fault.
      await withNodes([url, devnet.url], { answerMs: 600_000 }, async (rig) => {
        await until('the other serves', () =>
          rig.statuses.some(({ node, cause }) => node === 'node1' && cause === 'serves'),
        );
        assert.ok(rig.statuses.some(({ node, state }) => node === 'node0' && state === 'lying'));
        assert.ok(rig.statuses.every(({ node, cause }) => node !== 'node0' || cause !== 'serves'));
      });
    });
  });
});

test('a node whose fast chain stands still is replaced by one whose chain lives, and serves again when its chain does', async () => {
  await withPair(async (first, second) => {
    // The time that is skipped here must not look like a slow answer.
    const options = { watchMs: 20, pollMs: 50, answerMs: 600_000 };
    await withNodes([first.devnet.url, second.devnet.url], options, async (rig) => {
      await until('the first serves', () => rig.servedBy(first));
      // Skip less than the pause between two looks, or the time would not count as a standstill.
      const pass = async (living: readonly Bench[]): Promise<void> => {
        const before = rig.looks();
        for (const bench of living) bench.clock.ms += 6_000;
        rig.skip(6_000);
        await until('both are looked at', () =>
          rig.looks().every((count, index) => count > (before[index] ?? 0)),
        );
      };
      const stands = async (): Promise<boolean> => {
        await pass([second]);
        return rig.servedBy(second);
      };
      await until('the second serves', stands);
      const told = rig.statuses.find(({ node, cause }) => node === 'node0' && cause === 'stands_still');
      assert.equal(told?.state, 'syncing');
      assert.deepEqual(rig.outages, []);
      await until('the first serves again', async () => {
        await pass([first, second]);
        return rig.servedBy(first);
      });
    });
  });
});

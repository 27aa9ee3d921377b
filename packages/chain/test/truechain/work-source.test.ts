import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTrueChainDevnet } from '@adit/devnet';
import { TrueHashDataset, TrueHasher } from '@adit/pow';
import { equalBytes } from '@adit/primitives';
import {
  type Bench,
  COINBASE,
  epoch0Hasher,
  fillWithFruits,
  solve,
  submit,
  withBench,
} from '../../../devnet/test/truechain/harness.ts';
import {
  type NodeStatus,
  TrueChainNode,
  type TrueChainWork,
  TrueChainWorkSource,
  type TrueChainWorkSourceOptions,
  type WorkChange,
} from '../../src/index.ts';
import { withProxy } from './proxy.ts';
import { Stepper } from './stepper.ts';

/** Time that the wall clock shows. */
const NOON = 1_700_000_000_000;

interface Watched {
  readonly source: TrueChainWorkSource;
  readonly stepper: Stepper;
  readonly works: { readonly work: TrueChainWork; readonly change: WorkChange }[];
  readonly statuses: NodeStatus[];
  /** Number of datasets that were built. */
  built: number;
}

async function withSource(
  urls: readonly string[],
  options: TrueChainWorkSourceOptions,
  use: (watched: Watched) => Promise<void>,
): Promise<void> {
  const stepper = new Stepper();
  const nodes = urls.map((url, index) => new TrueChainNode({ url, retries: 0, name: `node${index}` }));
  const works: Watched['works'] = [];
  const statuses: NodeStatus[] = [];
  const source = new TrueChainWorkSource(options, {
    nodes,
    buildDataset: async (seeds) => {
      watched.built += 1;
      return TrueHashDataset.fromSeeds(seeds);
    },
    onWork: (work, change) => works.push({ work, change }),
    onStatus: (status) => statuses.push(status),
    random: () => 0.5,
    sleep: stepper.sleep,
    now: stepper.now,
    wallClock: () => NOON,
  });
  const watched: Watched = { source, stepper, works, statuses, built: 0 };
  try {
    await stepper.until(() => source.start());
    await use(watched);
  } finally {
    await source.stop();
    for (const node of nodes) node.close();
  }
}

async function mineFruit(bench: Bench, hasher: TrueHasher, work: TrueChainWork | undefined): Promise<void> {
  assert.ok(work);
  await submit(bench.node, solve(hasher, work.headerHash, { block: false, fruit: true }));
}

const hasher = epoch0Hasher();

test('work is handed out once, and again when the header changes', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works, statuses }) => {
      assert.equal(works.length, 1);
      assert.deepEqual(works[0]?.change, {
        newHeader: true,
        newDataset: true,
        unseenMs: Number.POSITIVE_INFINITY,
      });
      assert.equal(source.current, works[0]?.work);
      assert.equal(source.current?.snailNumber, 1);
      assert.equal(source.current?.receivedAt, NOON);
      await stepper.step(3);
      assert.equal(works.length, 1);
      assert.equal(stepper.lastMs, 500);
      await mineFruit(bench, hasher, source.current);
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.equal(works.length, 2);
      // The request before was one poll of half a second earlier.
      assert.deepEqual(works[1]?.change, { newHeader: true, newDataset: false, unseenMs: 500 });
      assert.notEqual(works[0]?.work.id, works[1]?.work.id);
      assert.deepEqual(
        statuses.map(({ state, height }) => [state, height]),
        [['ready', 0]],
      );
      assert.equal(source.seedsOf(works[0]?.work.dataset.hash ?? new Uint8Array(0))?.length, 163_840);
      assert.equal(source.seedsOf(new Uint8Array(32)), undefined);
    });
  });
});

test('the dataset changes at the border, and was made before it', async () => {
  await withBench({ startNumber: 11_998 }, async (bench) => {
    await withSource([bench.devnet.url], {}, async (watched) => {
      const { source, stepper, works } = watched;
      // One build, which has been under way since the first work.
      assert.equal(source.current?.snailNumber, 11_999);
      bench.devnet.mineBlock();
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.equal(source.current?.snailNumber, 12_000);
      const before = source.current?.dataset;
      assert.ok(before);
      await fillWithFruits(bench, hasher);
      await stepper.step();
      const last = source.current;
      assert.ok(last && last.blockTarget > 0n);
      await submit(bench.node, solve(hasher, last.headerHash, { block: true, fruit: false }));
      assert.equal(bench.devnet.snailNumber, 12_000);
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.equal(source.current?.snailNumber, 12_001);
      assert.deepEqual(works.at(-1)?.change, { newHeader: true, newDataset: true, unseenMs: 500 });
      const after = source.current?.dataset;
      assert.ok(after && !equalBytes(after.hash, before.hash));
      assert.equal(watched.built, 1);
      // The seeds rebuild it, and the node takes what is mined with it.
      const seeds = source.seedsOf(after.hash);
      assert.ok(seeds);
      assert.deepEqual(TrueHashDataset.fromSeeds(seeds).hash, after.hash);
      const accepted = bench.devnet.acceptedFruits;
      await mineFruit(bench, new TrueHasher(after), source.current);
      assert.equal(bench.devnet.acceptedFruits, accepted + 1);
      // A digest of the old dataset has a wrong mix.
      bench.clock.ms += 2_000;
      await stepper.step();
      await mineFruit(bench, hasher, source.current);
      assert.equal(bench.devnet.acceptedFruits, accepted + 1);
    });
  });
});

test('TIP9 keeps the dataset across the border', async () => {
  await withBench({ startNumber: 11_999, tip9: 20 }, async (bench) => {
    await withSource([bench.devnet.url], { tip9: 20 }, async (watched) => {
      const before = watched.source.current?.dataset.hash;
      bench.devnet.mineBlock();
      bench.clock.ms += 2_000;
      await watched.stepper.step();
      assert.equal(watched.source.current?.snailNumber, 12_001);
      assert.deepEqual(watched.source.current?.dataset.hash, before);
      assert.equal(watched.built, 0);
    });
  });
});

test('the source waits while the seedhash is empty', async () => {
  await withBench({ emptySeedhashAnswers: 2 }, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, statuses }) => {
      assert.equal(source.current, undefined);
      assert.equal(statuses[0]?.state, 'syncing');
      await stepper.step();
      assert.equal(source.current, undefined);
      await stepper.step();
      assert.ok(source.current);
      assert.equal(statuses.at(-1)?.state, 'ready');
    });
  });
});

test('a node that is down is asked less and less often, and serves again when it is back', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works, statuses }) => {
      const { devnet, options, clock } = bench;
      const port = Number(new URL(devnet.url).port);
      const state = devnet.exportState();
      await devnet.close();
      await stepper.step();
      assert.equal(statuses.at(-1)?.state, 'down');
      const waits: number[] = [];
      for (let i = 0; i < 8; i += 1) {
        waits.push(stepper.lastMs);
        await stepper.step();
      }
      // Three quarters of 500, 1000, 2000 ...: the jitter is fixed here. Never shorter than the poll.
      assert.deepEqual(waits, [500, 750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500]);
      // The old work stays: its header may still be good.
      assert.equal(source.current, works[0]?.work);
      clock.ms += 2_000;
      const again = await startTrueChainDevnet({ ...options, port, state });
      try {
        await stepper.step();
        assert.equal(statuses.at(-1)?.state, 'ready');
        assert.equal(again.snailNumber, 0);
        again.mineBlock();
        clock.ms += 2_000;
        await stepper.step();
        assert.equal(source.current?.snailNumber, 2);
      } finally {
        await again.close();
      }
    });
  });
});

test('refresh polls at once, and stop ends the sleep', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works }) => {
      const before = stepper.now();
      await mineFruit(bench, hasher, source.current);
      bench.clock.ms += 2_000;
      await stepper.until(() => source.refresh());
      assert.equal(works.length, 2);
      assert.equal(stepper.now(), before);
      await source.stop();
      // The source can be started again, and still knows its work.
      await stepper.until(() => source.start());
      assert.equal(works.length, 2);
    });
  });
});

test('a moment without work is not reported, and a long time is', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], { notReadyMs: 1_000 }, async ({ source, stepper, statuses }) => {
      await mineFruit(bench, hasher, source.current);
      assert.equal(await bench.node.getWork(), 'not_ready');
      await stepper.step(2);
      assert.deepEqual(
        statuses.map(({ state }) => state),
        ['ready'],
      );
      await stepper.step();
      assert.equal(statuses.at(-1)?.state, 'syncing');
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.equal(statuses.at(-1)?.state, 'ready');
    });
  });
});

test('the status says that a node has no coinbase, which only its operator can set', async () => {
  await withBench({}, async ({ devnet }) => {
    devnet.inject({
      kind: 'error',
      method: 'etrue_getWork',
      code: -32000,
      message: 'mining not ready: etherbase address must be explicitly specified',
    });
    await withSource([devnet.url], {}, async ({ source, statuses }) => {
      assert.equal(source.current, undefined);
      assert.match(statuses[0]?.detail ?? '', /etherbase/);
    });
  });
});

test('work whose seeds rebuild another dataset is not mined, and its node counts as lying', async () => {
  await withBench({ startNumber: 12_000 }, async ({ devnet }) => {
    const state = { lying: true };
    const answer = async (method: string, real: () => Promise<unknown>): Promise<unknown> => {
      if (!state.lying) return real();
      if (method === 'etrue_getSnailHashByNumber') return `0x${'11'.repeat(32)}`;
      if (method !== 'etrue_getDataset') return real();
      const seeds = (await real()) as string[];
      return [...seeds.slice(0, 5_000), `0x${'07'.repeat(16)}`, ...seeds.slice(5_001)];
    };
    await withProxy(devnet, answer, async (url) => {
      await withSource([url], {}, async (watched) => {
        const { source, stepper, statuses, works } = watched;
        assert.equal(works.length, 0);
        assert.equal(statuses.at(-1)?.state, 'lying');
        assert.equal(watched.built, 2);
        // To find this out costs a rebuild, so the pause is long.
        assert.equal(stepper.lastMs, 1_500);
        await stepper.step();
        assert.equal(works.length, 0);
        state.lying = false;
        await stepper.step();
        assert.equal(works.length, 1);
        assert.equal(statuses.at(-1)?.state, 'ready');
        assert.equal(source.current?.snailNumber, 12_001);
      });
    });
  });
});

test('the source does not go back to work that was replaced', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works, statuses }) => {
      bench.devnet.mineBlock();
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.equal(works.length, 2);
      bench.devnet.staleWork(3);
      await stepper.step(3);
      assert.equal(works.length, 2);
      assert.match(statuses.at(-1)?.detail ?? '', /repeats/);
      await stepper.step();
      assert.equal(works.length, 2);
      assert.equal(source.current?.snailNumber, 2);
      assert.equal(statuses.at(-1)?.detail, 'serves work');
    });
  });
});

test('the source believes a node that repeats replaced work often enough', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works }) => {
      bench.devnet.mineBlock();
      bench.clock.ms += 2_000;
      await stepper.step();
      bench.devnet.staleWork(6);
      await stepper.step(5);
      assert.equal(works.length, 2);
      await stepper.step();
      assert.equal(works.length, 3);
      assert.deepEqual(source.current?.headerHash, works[0]?.work.headerHash);
      assert.notEqual(source.current?.id, works[0]?.work.id);
      // From here on the other header is the replaced one.
      await stepper.step(6);
      assert.deepEqual(source.current?.headerHash, works[1]?.work.headerHash);
    });
  });
});

test('an invalid answer of a node gives no work', async () => {
  await withBench({}, async ({ devnet }) => {
    const state = { nonsense: true };
    const answer = async (method: string, real: () => Promise<unknown>): Promise<unknown> =>
      state.nonsense && method === 'etrue_getWork' ? ['0x12', '', '', ''] : real();
    await withProxy(devnet, answer, async (url) => {
      await withSource([url], {}, async ({ source, stepper, statuses }) => {
        assert.equal(source.current, undefined);
        assert.equal(statuses.at(-1)?.state, 'lying');
        assert.match(statuses.at(-1)?.detail ?? '', /getWork\[0\]/);
        state.nonsense = false;
        await stepper.step();
        assert.ok(source.current);
      });
    });
  });
});

test('a node that offers only getWork is enough in epoch 0', async () => {
  await withBench({}, async ({ devnet }) => {
    const answer = (method: string, real: () => Promise<unknown>): Promise<unknown> =>
      method === 'etrue_getWork' ? real() : Promise.reject(new Error('no such method'));
    await withProxy(devnet, answer, async (url) => {
      await withSource([url], {}, async ({ source, statuses }) => {
        assert.ok(source.current);
        assert.equal(source.current.snailNumber, undefined);
        assert.equal(statuses.at(-1)?.state, 'ready');
      });
    });
  });
});

test('work names the address that its header pays, and both addresses if it changed since the header before', async () => {
  const other = `0x${'6b'.repeat(20)}`;
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, works }) => {
      assert.deepEqual(source.current?.coinbases, [COINBASE]);
      bench.devnet.setEtherbase(other);
      await stepper.step();
      assert.deepEqual(source.current?.coinbases, [COINBASE, other]);
      bench.devnet.mineBlock();
      bench.clock.ms += 2_000;
      await stepper.step();
      assert.deepEqual(source.current?.coinbases, [other]);
      assert.equal(works.length, 3);
    });
  });
});

test('a wall clock that is set back by an hour does not stop the polls', async (context) => {
  const { now } = Date;
  let back = 0;
  context.mock.method(Date, 'now', () => now() - back);
  const pauses: number[] = [];
  const third = Promise.withResolvers<void>();
  const outages: (number | undefined)[] = [];
  const source = new TrueChainWorkSource(
    {},
    {
      nodes: [new TrueChainNode({ url: 'http://127.0.0.1:9/', retries: 0 })],
      buildDataset: async (seeds) => TrueHashDataset.fromSeeds(seeds),
      onWork: () => undefined,
      onStatus: () => undefined,
      onOutage: (since) => outages.push(since),
      random: () => 0,
      sleep: async (ms, signal) => {
        pauses.push(ms);
        if (pauses.length === 1) back = 3_600_000;
        if (pauses.length < 3) return;
        third.resolve();
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('ended'))));
      },
    },
  );
  const before = now();
  source.start();
  await third.promise;
  await source.stop();
  assert.ok(
    pauses.every((ms) => ms <= 1_000),
    String(pauses),
  );
  // Only times for people come from the wall clock.
  assert.ok((outages[0] ?? 0) >= before);
});

test('a single node whose fast chain stands still serves, and is not called ready', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ stepper, statuses, works }) => {
      const state = () => statuses.at(-1)?.state;
      // The node's clock stands still, so there are no new fast blocks. A look is under way at each tenth poll.
      for (let i = 0; i < 400 && state() !== 'syncing'; i += 1) await stepper.step();
      assert.match(statuses.at(-1)?.detail ?? '', /its fast chain stands still/);
      // This makes another header.
      bench.devnet.setEtherbase(`0x${'6b'.repeat(20)}`);
      await stepper.step();
      assert.ok(works.length >= 2, 'it gives work, and there is no other');
      bench.clock.ms += 2_000;
      for (let i = 0; i < 400 && state() !== 'ready'; i += 1) await stepper.step();
      assert.equal(state(), 'ready');
    });
  });
});

test('a node that accepts fruits and never shows them is not called ready', async () => {
  await withBench({}, async (bench) => {
    await withSource([bench.devnet.url], {}, async ({ source, stepper, statuses }) => {
      bench.devnet.loseFruits(true);
      for (let i = 0; i < 3; i += 1) {
        await mineFruit(bench, hasher, source.current);
        bench.clock.ms += 2_000;
        await stepper.until(() => source.refresh({ fruitTaken: true }));
      }
      for (let i = 0; i < 400 && statuses.at(-1)?.state !== 'syncing'; i += 1) {
        bench.clock.ms += 500;
        await stepper.step();
      }
      assert.match(statuses.at(-1)?.detail ?? '', /its pool of fruits stays empty/);
    });
  });
});

test('options out of range are refused', () => {
  const modules = {
    nodes: [],
    buildDataset: async (seeds: Uint8Array) => TrueHashDataset.fromSeeds(seeds),
    onWork: () => undefined,
    onStatus: () => undefined,
  };
  assert.throws(() => new TrueChainWorkSource({}, modules), { code: 'ADIT_BAD_OPTION', message: /nodes/ });
  const nodes = [new TrueChainNode({ url: 'http://127.0.0.1:9/' })];
  assert.throws(() => new TrueChainWorkSource({ pollMs: 5 }, { ...modules, nodes }), {
    code: 'ADIT_BAD_OPTION',
    message: /pollMs/,
  });
});

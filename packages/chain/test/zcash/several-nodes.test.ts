import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { FakeNode } from './fake-node.ts';
import { heights, type Rig, withSource } from './rig.ts';
import { sampleTemplate } from './sample-template.ts';

const HANGS = 1_000_000;
const GONE = new AditError('ADIT_RPC_UNREACHABLE', 'gone');

/** A node whose tip is the parent of its template. Its transactions distinguish it from other nodes. */
function nodeAt(name: string, height: number): FakeNode {
  const made = new FakeNode(name);
  moveTo(made, height);
  return made;
}

function templateOf(name: string, height: number) {
  const transactions = [new TextEncoder().encode(name)];
  return sampleTemplate({ height, transactions, longpollid: `${name}-${height}` });
}

function moveTo(node: FakeNode, height: number): void {
  node.count = height - 1;
  node.best = String(sampleTemplate({ height }).previousblockhash);
  node.publish(templateOf(node.name, height));
}

/** The nodes that served, in order. */
const served = ({ statuses }: Rig): string[] =>
  statuses
    .filter(({ detail }) => /serves/.test(detail))
    .map(({ node }) => node)
    .filter((node, index, all) => node !== all[index - 1]);

for (const [fault, strike] of [
  ['hangs', (node: FakeNode) => Object.assign(node, { delayMs: HANGS })],
  ['is gone', (node: FakeNode) => Object.assign(node, { failure: GONE })],
  [
    'answers with errors',
    (node: FakeNode) => Object.assign(node, { failure: new RpcError('first', 'any', -28, 'warming up') }),
  ],
] as const) {
  test(`after a node ${fault}, the work of another node goes out within a second`, async () => {
    for (let early = 0; early < 1_000; early += 70) {
      const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
      await withSource([first, second], {}, async (rig) => {
        await rig.clock.advance(2_000 + early);
        assert.deepEqual(served(rig), ['first']);
        strike(first);
        const from = rig.clock.time;
        await rig.clock.advance(1_000);
        assert.deepEqual(served(rig), ['first', 'second']);
        // The node has the same tip, and still does not wait for the next refresh.
        assert.equal(rig.work.length, 2);
        const took = (rig.work.at(-1)?.at ?? Number.POSITIVE_INFINITY) - from;
        assert.ok(took < 1_000, `${took} ms`);
        assert.deepEqual(rig.outages, []);
      });
    }
  });
}

test('a node that falls a block behind stops serving within a second, and serves again when it has proved itself', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(2_000);
    moveTo(second, 11);
    const from = rig.clock.time;
    await rig.clock.advance(1_000);
    assert.deepEqual(heights(rig), [10, 11]);
    assert.ok((rig.work[1]?.at ?? 0) - from < 1_000);
    assert.ok(rig.statuses.some(({ node, state }) => node === 'first' && state === 'syncing'));
    moveTo(first, 11);
    await rig.clock.advance(3_000);
    assert.deepEqual(served(rig), ['first', 'second']);
    await rig.clock.advance(4_000);
    assert.deepEqual(served(rig), ['first', 'second', 'first']);
  });
});

test('a node that hears of a block a moment later than another one goes on serving', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    for (let height = 11; height < 20; height += 1) {
      await rig.clock.advance(2_000);
      moveTo(second, height);
      await rig.clock.advance(250);
      moveTo(first, height);
    }
    await rig.clock.advance(2_000);
    assert.deepEqual(new Set(served(rig)), new Set(['first']));
    assert.equal(rig.work.length, 10);
  });
});

test('a node that comes and goes does not serve again between two faults', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(2_000);
    for (let turn = 0; turn < 10; turn += 1) {
      first.failure = GONE;
      first.publish(first.template);
      await rig.clock.advance(2_000);
      first.failure = undefined;
      await rig.clock.advance(3_000);
    }
    assert.deepEqual(served(rig), ['first', 'second']);
    await rig.clock.advance(3_000);
    assert.deepEqual(served(rig), ['first', 'second', 'first']);
  });
});

test('the first work comes from the highest node, not from the preferred one', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 12)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(1_000);
    assert.deepEqual(heights(rig), [12]);
    moveTo(first, 12);
    await rig.clock.advance(2_000);
    assert.deepEqual(served(rig), ['second', 'first']);
  });
});

test('a slow node goes on serving if it is the only one, or not slower than the others', async () => {
  const only = nodeAt('only', 10);
  only.delayMs = 3_000;
  await withSource([only], {}, async (rig) => {
    await rig.clock.advance(120_000);
    assert.deepEqual(heights(rig), [10]);
    assert.ok(rig.statuses.every(({ state }) => state === 'ready'));
    assert.deepEqual(rig.outages, []);
  });
  // Each block keeps both nodes busy for two seconds.
  for (let early = 0; early < 600; early += 40) {
    const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
    await withSource([first, second], {}, async (rig) => {
      await rig.clock.advance(2_000 + early);
      first.delayMs = second.delayMs = 2_000;
      await rig.clock.advance(2_000);
      first.delayMs = second.delayMs = 0;
      await rig.clock.advance(2_000);
      assert.deepEqual(served(rig), ['first']);
      assert.deepEqual(rig.outages, []);
    });
  }
});

test('a long poll that does not report the new tip of its own node is aborted', async () => {
  const node = nodeAt('only', 10);
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(2_000);
    node.best = '11'.padStart(64, '0');
    node.template = sampleTemplate({ height: 11, previous: node.best });
    node.count = 10;
    await rig.clock.advance(1_000);
    assert.deepEqual(heights(rig), [10, 11]);
  });
});

test('an outage of all nodes is reported soon and once, and its end when work is confirmed', async () => {
  for (const count of [1, 2, 3]) {
    const nodes = Array.from({ length: count }, (_, index) => nodeAt(`node${index}`, 10));
    await withSource(nodes, { answerWithinMs: 2_000 }, async (rig) => {
      await rig.clock.advance(2_000);
      for (const node of nodes) node.delayMs = HANGS;
      await rig.clock.advance(3_000);
      assert.deepEqual(rig.outages, [], 'they may be busy');
      await rig.clock.advance(10_000);
      assert.equal(rig.outages.length, 1);
      const since = (rig.outages[0] ?? 0) - 1_790_000_000_000;
      assert.ok(since > 5_000 && since < 15_000, String(since));
      await rig.clock.advance(120_000);
      assert.equal(rig.outages.length, 1);
      assert.equal(rig.work.length, 1, 'the last work stays');
      assert.equal(rig.last()?.height, 10);
      for (const node of nodes) node.delayMs = 0;
      await rig.clock.advance(3_000);
      assert.deepEqual(rig.outages.slice(1), [undefined]);
    });
  }
});

test('a single node that hangs is reported as down within 15 s, although its request may take 45 s', async () => {
  for (const before of ['with work', 'from the start'] as const) {
    const only = nodeAt('only', 10);
    if (before === 'from the start') only.delayMs = HANGS;
    await withSource([only], {}, async (rig) => {
      if (before === 'with work') {
        await rig.clock.advance(20_000);
        only.delayMs = HANGS;
      }
      await rig.clock.advance(10_000);
      assert.deepEqual(rig.outages, [], 'it may be busy');
      await rig.clock.advance(5_000);
      assert.equal(rig.outages.length, 1);
      const last = rig.statuses.at(-1);
      assert.deepEqual([last?.state, /does not answer/.test(last?.detail ?? '')], ['down', true]);
      only.delayMs = 0;
      await rig.clock.advance(40_000);
      assert.deepEqual(rig.outages.slice(1), [undefined]);
      assert.equal(rig.statuses.at(-1)?.state, 'ready');
    });
  }
});

test('a node that takes half a minute for its template, and answers everything else, is not reported as down', async () => {
  const only = nodeAt('only', 10);
  only.templateMs = 30_000;
  await withSource([only], {}, async (rig) => {
    await rig.clock.advance(31_000);
    assert.deepEqual([rig.outages, rig.work.length], [[], 1]);
    assert.ok(rig.statuses.every(({ state }) => state === 'ready'));
  });
});

test('a node that was down for long serves within a second when the other one fails, without an outage', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    second.failure = GONE;
    await rig.clock.advance(300_000);
    second.failure = undefined;
    await rig.clock.advance(600);
    first.failure = GONE;
    first.publish(first.template);
    await rig.clock.advance(1_000);
    assert.equal(served(rig).at(-1), 'second');
    assert.equal(rig.work.length, 2);
    assert.deepEqual(rig.outages, []);
  });
});

test('a state is reported once, and the latency of a node every ten seconds', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  first.delayMs = 20;
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(60_000);
    for (const name of ['first', 'second']) {
      const told = rig.statuses.filter(({ node }) => node === name);
      assert.ok(told.length >= 5 && told.length <= 7, `${name}: ${told.length}`);
    }
    const last = rig.statuses.findLast(({ node }) => node === 'first');
    assert.ok(last?.latencyMs !== undefined && last.latencyMs >= 20 && last.latencyMs < 40);
    const { length } = rig.statuses;
    second.failure = GONE;
    await rig.clock.advance(60_000);
    const down = rig.statuses.slice(length).filter(({ node }) => node === 'second');
    assert.deepEqual(
      down.map(({ state }) => state),
      ['down'],
    );
  });
});

test('only one look at a node is under way at a time, even if the node hangs', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(2_000);
    second.delayMs = HANGS;
    const { looks } = second;
    await rig.clock.advance(8_000);
    assert.ok(second.looks - looks <= 10, String(second.looks - looks));
  });
});

test('nodes that name different blocks at one height are reported to the owner of the source', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(1_000);
    second.best = 'ee'.repeat(32);
    await rig.clock.advance(10_000);
    assert.deepEqual(rig.disagreements, [
      {
        height: 9,
        tips: [
          { node: 'first', hash: first.best },
          { node: 'second', hash: second.best },
        ],
      },
    ]);
  });
});

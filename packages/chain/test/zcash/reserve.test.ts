import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { FakeNode } from './fake-node.ts';
import { heights, type Rig, withSource } from './rig.ts';
import { sampleTemplate } from './sample-template.ts';

const GONE = new AditError('ADIT_RPC_UNREACHABLE', 'gone');
/** A target that is easier than mainnet allows: the first target of Testnet. */
const EASY = { bits: '2007ffff', target: `07ffff${'0'.repeat(58)}` };

function nodeAt(name: string, height: number, template: Record<string, unknown> = {}): FakeNode {
  const node = new FakeNode(name);
  move(node, height, template);
  return node;
}

function move(node: FakeNode, height: number, template: Record<string, unknown> = {}): void {
  node.count = height - 1;
  node.best = String(sampleTemplate({ height }).previousblockhash);
  const transactions = [new TextEncoder().encode(node.name)];
  node.publish({
    ...sampleTemplate({ height, transactions, longpollid: `${node.name}${height}` }),
    ...template,
  });
}

const of = (rig: Rig, name: string) => rig.statuses.filter(({ node }) => node === name);

function unreachable(code: string, message: string): AditError {
  const cause = Object.assign(new Error(message), { code });
  return new AditError('ADIT_RPC_UNREACHABLE', message, { cause });
}

test('a node in reserve that is far behind is reported as syncing from the first look on, and never serves', async () => {
  const [first, second] = [nodeAt('first', 325), nodeAt('second', 1)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(20_000);
    const told = of(rig, 'second');
    assert.ok(told.length > 0 && told.every(({ state }) => state === 'syncing'));
    assert.deepEqual(told.at(-1), {
      node: 'second',
      state: 'syncing',
      cause: 'behind',
      detail: 'in reserve, 324 blocks behind',
      height: 0,
      lag: 324,
      latencyMs: 0,
    });
    // The node catches up.
    for (let height = 20; height < 325; height += 20) {
      move(second, height);
      await rig.clock.advance(1_000);
    }
    move(second, 325);
    await rig.clock.advance(1_000);
    assert.deepEqual(
      { state: 'ready', lag: 0 },
      { state: of(rig, 'second').at(-1)?.state, lag: of(rig, 'second').at(-1)?.lag },
    );
    assert.ok(of(rig, 'second').length < 20, 'not told of every block');
    assert.deepEqual(heights(rig), [325]);
    assert.equal(of(rig, 'first').at(-1)?.lag, 0);
  });
});

test('a node in reserve that stands still is reported after some blocks, and one that hears of blocks late is not', async () => {
  const nodes = [nodeAt('first', 10), nodeAt('still', 10), nodeAt('late', 10)];
  const [first, , late] = nodes;
  assert.ok(first !== undefined && late !== undefined);
  await withSource(nodes, {}, async (rig) => {
    for (let height = 11; height < 20; height += 1) {
      await rig.clock.advance(10_000);
      move(first, height);
      await rig.clock.advance(1_000);
      move(late, height);
    }
    await rig.clock.advance(2_000);
    assert.ok(of(rig, 'late').every(({ state }) => state === 'ready'));
    const states = of(rig, 'still').map(({ state }) => state);
    assert.deepEqual([states.at(0), states.at(-1)], ['ready', 'syncing']);
    assert.ok((of(rig, 'still').at(-1)?.lag ?? 0) >= 8);
  });
});

test('a node of another network is reported once, however often it is asked', async () => {
  const node = nodeAt('only', 10, EASY);
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(300_000);
    assert.deepEqual(
      rig.statuses.map(({ state }) => state),
      ['wrong_network'],
    );
    assert.match(
      rig.statuses[0]?.detail ?? '',
      /of another network than zcash.*compare the network in the conf/,
    );
    assert.deepEqual(rig.work, []);
  });
});

test('a node of another network does not replace the serving node, whatever its height', async () => {
  const [first, second] = [nodeAt('first', 4_000_000, EASY), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(300_000);
    assert.deepEqual(heights(rig), [10]);
    assert.deepEqual(
      of(rig, 'first').map(({ state }) => state),
      ['wrong_network'],
    );
    assert.ok(of(rig, 'second').every(({ state }) => state === 'ready'));
    assert.ok(first.requests.length < 3, `${first.requests.length} requests`);
    // The operator corrects the node, and starts it again.
    first.failure = GONE;
    await rig.clock.advance(5_000);
    first.failure = undefined;
    move(first, 10);
    await rig.clock.advance(60_000);
    assert.equal(of(rig, 'first').at(-1)?.detail, 'serves templates of height 10');
  });
});

test('a node that lied keeps that status until it gives better work', async () => {
  const [first, second] = [nodeAt('first', 10, { bits: '1f055553' }), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(60_000);
    assert.deepEqual(
      of(rig, 'first').map(({ state }) => state),
      ['lying'],
    );
    move(first, 10);
    await rig.clock.advance(60_000);
    assert.equal(of(rig, 'first').at(-1)?.detail, 'serves templates of height 10');
  });
});

test('a first template may take as long as the proof of a shielded coinbase', async () => {
  const node = nodeAt('only', 10);
  node.templateMs = 17_000;
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(17_000);
    assert.deepEqual(heights(rig), [10]);
    assert.ok(rig.statuses.every(({ state }) => state === 'ready'));
  });
});

test('a node that takes long over its first template is passed over for one that does not', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  first.templateMs = 40_000;
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(4_000);
    assert.deepEqual(heights(rig), [10]);
    assert.match(of(rig, 'second').at(-1)?.detail ?? '', /serves/);
  });
});

test('one of several nodes can finish its first template even if all of them are slow', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  first.templateMs = second.templateMs = 17_000;
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(60_000);
    assert.equal(heights(rig)[0], 10);
    // Three, six and twelve seconds were not enough; the fourth attempt has time to finish.
    assert.ok((rig.work[0]?.at ?? 0) < 45_000, String(rig.work[0]?.at));
  });
});

test('a template that takes more than 45 s costs nothing if another node has the new tip', async () => {
  const [first, second] = [nodeAt('first', 10), nodeAt('second', 10)];
  await withSource([first, second], {}, async (rig) => {
    await rig.clock.advance(2_000);
    first.templateMs = 1_000_000;
    first.count = 10;
    first.best = '11'.padStart(64, '0');
    move(second, 11);
    const from = rig.clock.time;
    await rig.clock.advance(4_000);
    assert.deepEqual(heights(rig), [10, 11]);
    assert.ok((rig.work.at(-1)?.at ?? Number.POSITIVE_INFINITY) - from < 2_500);
  });
});

test('the status of a node that is down tells the present cause', async () => {
  const node = nodeAt('only', 10);
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(1_000);
    node.failure = unreachable('ECONNREFUSED', 'connect ECONNREFUSED');
    node.publish(node.template);
    await rig.clock.advance(20_000);
    node.failure = unreachable('ECONNRESET', 'socket hang up');
    await rig.clock.advance(40_000);
    assert.deepEqual(
      rig.statuses.filter(({ state }) => state === 'down').map(({ detail }) => detail),
      ['connect ECONNREFUSED', 'socket hang up'],
    );
  });
});

test('a node that comes back unchanged gets a plain request: a long poll would wait for news that never come', async () => {
  const node = nodeAt('only', 10);
  await withSource([node], {}, async (rig) => {
    await rig.clock.advance(1_000);
    node.failure = unreachable('ECONNREFUSED', 'connect ECONNREFUSED');
    node.publish(node.template);
    await rig.clock.advance(5_000);
    assert.equal(of(rig, 'only').at(-1)?.state, 'down');
    node.failure = undefined;
    const before = node.requests.length;
    await rig.clock.advance(31_000);
    assert.equal(node.requests[before]?.longPollId, undefined);
    assert.equal(of(rig, 'only').at(-1)?.state, 'ready');
  });
});

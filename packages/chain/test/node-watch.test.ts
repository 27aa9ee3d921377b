import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { type Disagreement, NodeWatch } from '../src/node-watch.ts';
import { ZcashTips } from '../src/zcash/tip.ts';
import { FakeNode } from './zcash/fake-node.ts';
import { VirtualClock } from './zcash/virtual-clock.ts';

function watching(context: TestContext, nodes: readonly FakeNode[]) {
  const clock = new VirtualClock();
  const silent: string[] = [];
  const disagreements: Disagreement[] = [];
  const stop = new AbortController();
  const tips = new ZcashTips<FakeNode>();
  const watch = new NodeWatch(
    { watchMs: 300, answerMs: 500 },
    {
      nodes,
      tipOf: (node, limits) => tips.of(node, limits),
      onAnswer() {},
      onSilent: ({ name }, _, others) => {
        if (others) silent.push(name);
      },
      onDisagreement: (disagreement) => disagreements.push(disagreement),
      sleep: clock.sleep,
      now: clock.now,
    },
  );
  const running = watch.run(stop.signal);
  context.after(async () => {
    stop.abort();
    await running;
  });
  return { watch, clock, silent, disagreements };
}

function node(name: string, count: number, best: string): FakeNode {
  const made = new FakeNode(name);
  made.count = count;
  made.best = best;
  return made;
}

test('the watch reports a node that does not answer while another one does', async (context) => {
  const [first, second] = [node('first', 10, 'aa'), node('second', 10, 'aa')];
  const { clock, silent, watch } = watching(context, [first, second]);
  await clock.advance(600);
  assert.deepEqual(silent, []);
  first.failure = new AditError('ADIT_RPC_TIMEOUT', 'no answer');
  await clock.advance(300);
  assert.deepEqual(silent, ['first']);
  assert.equal(watch.latencyOf(first), undefined);
  assert.equal(watch.latencyOf(second), 0);
});

test('the watch does not call a node silent if no other one answers either: all may be busy with a block', async (context) => {
  const [first, second] = [node('first', 10, 'aa'), node('second', 10, 'aa')];
  first.failure = second.failure = new AditError('ADIT_RPC_TIMEOUT', 'no answer');
  const { clock, silent } = watching(context, [first, second]);
  await clock.advance(3_000);
  assert.deepEqual(silent, []);
});

test('the watch reports two blocks at one height if they stay, once for each pair', async (context) => {
  const [first, second] = [node('first', 10, 'aa'), node('second', 10, 'bb')];
  const { clock, disagreements } = watching(context, [first, second]);
  await clock.advance(2_900);
  assert.deepEqual(disagreements, []);
  await clock.advance(10_000);
  const tips = [
    { node: 'first', hash: 'aa' },
    { node: 'second', hash: 'bb' },
  ];
  assert.deepEqual(disagreements, [{ height: 10, tips }]);
  second.best = 'aa';
  await clock.advance(600);
  second.best = 'cc';
  await clock.advance(5_000);
  assert.equal(disagreements.length, 2);
});

test('a node that is a block behind does not count as a disagreement', async (context) => {
  const [first, second] = [node('first', 11, 'aa'), node('second', 10, 'bb')];
  const { clock, disagreements } = watching(context, [first, second]);
  await clock.advance(20_000);
  assert.deepEqual(disagreements, []);
});

test('the watch reports a fork even if one side moves on, and it is over when the other side follows', async (context) => {
  const [first, second] = [node('first', 10, 'aa'), node('second', 10, 'bb')];
  const { clock, disagreements } = watching(context, [first, second]);
  await clock.advance(2_000);
  [first.count, first.best] = [11, 'cc'];
  await clock.advance(2_000);
  assert.deepEqual(
    disagreements.map(({ height, tips }) => [height, tips.map(({ hash }) => hash)]),
    [[10, ['aa', 'bb']]],
  );
  [second.count, second.best] = [11, 'cc'];
  await clock.advance(1_000);
  [first.count, first.best] = [12, 'dd'];
  await clock.advance(60_000);
  assert.equal(disagreements.length, 1);
});

test('two blocks for a moment, and a node that comes and goes, are not reported as another disagreement', async (context) => {
  const [first, second, third] = [node('first', 10, 'aa'), node('second', 10, 'bb'), node('third', 10, 'bb')];
  const { clock, disagreements } = watching(context, [first, second, third]);
  await clock.advance(5_000);
  assert.equal(disagreements.length, 1);
  for (let turn = 0; turn < 5; turn += 1) {
    third.failure = new AditError('ADIT_RPC_UNREACHABLE', 'gone');
    await clock.advance(5_000);
    third.failure = undefined;
    await clock.advance(5_000);
  }
  assert.equal(disagreements.length, 1);
});

test('a block that arrives between two questions does not give a tip with a wrong height', async (context) => {
  const first = node('first', 10, 'aa');
  const { watch, clock } = watching(context, [first]);
  await clock.advance(300);
  assert.deepEqual(watch.tipOf(first), { height: 10, hash: 'aa' });
  const count = first.getBlockCount.bind(first);
  let blocks = 0;
  first.best = 'bb';
  first.getBlockCount = async () => {
    blocks += 1;
    if (blocks === 1) first.best = 'cc';
    first.count = 12;
    return count();
  };
  await clock.advance(300);
  assert.deepEqual(watch.tipOf(first), { height: 10, hash: 'aa' });
  await clock.advance(300);
  assert.deepEqual(watch.tipOf(first), { height: 12, hash: 'cc' });
});

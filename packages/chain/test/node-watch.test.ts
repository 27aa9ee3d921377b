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

test('a node that does not answer is told, while another one does', async (context) => {
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

test('where no other one answers either nobody is told: the node may be busy with a block', async (context) => {
  const [first, second] = [node('first', 10, 'aa'), node('second', 10, 'aa')];
  first.failure = second.failure = new AditError('ADIT_RPC_TIMEOUT', 'no answer');
  const { clock, silent } = watching(context, [first, second]);
  await clock.advance(3_000);
  assert.deepEqual(silent, []);
});

test('two blocks at one height are told when they stay, once for each pair', async (context) => {
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

test('a node that is a block behind does not disagree, it is behind', async (context) => {
  const [first, second] = [node('first', 11, 'aa'), node('second', 10, 'bb')];
  const { clock, disagreements } = watching(context, [first, second]);
  await clock.advance(20_000);
  assert.deepEqual(disagreements, []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { reached } from '../src/commands/demo.ts';

// `npm run demo-goal` waits for the goal with real nodes and miners.
test('the goal of the demo is reached when the node of each chain has the wanted blocks, and never without a goal', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const accepted = [0, 0];
  const chains = accepted.map((_, i) => ({
    node: { hasReached: (blocks: number) => (accepted[i] ?? 0) >= blocks },
  }));
  let isReached = false;
  void reached(2, chains).then(() => {
    isReached = true;
  });
  const endless = reached(undefined, chains).then(() => assert.fail('it has no goal'));
  endless.catch(() => {});
  for (const [now, wanted] of [
    [[0, 0], false],
    [[2, 1], false],
    [[5, 1], false],
    [[5, 2], true],
  ] as const) {
    accepted.splice(0, 2, ...now);
    context.mock.timers.tick(1_000);
    await setImmediate();
    assert.equal(isReached, wanted, now.join(' and '));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { soak } from './soak/soak.ts';

test('the heap stays flat under connects, disconnects, garbage and shares', async (context) => {
  const { growthPerCycle, accepted, connections } = await soak(
    temporaryFolder(context),
    (cycle) => cycle <= 12,
  );
  assert.ok(accepted >= 100, `${accepted} shares were accepted`);
  assert.ok(connections > 1_500);
  // A connection that is not let go is 3 KB, of which a cycle has 130. In so short a time the history of 256 jobs still
  // fills, and code is still being compiled: smaller leaks are for the long run (npm run soak).
  assert.ok(growthPerCycle < 100_000, `the heap grows by ${Math.round(growthPerCycle)} bytes a cycle`);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak } from './soak/soak.ts';
import { temporaryFolder } from './support/temporary.ts';

test('the heap stays flat under connects, disconnects, garbage and shares', async (context) => {
  const { growthPerCycle, accepted, connections } = await soak(
    temporaryFolder(context),
    (cycle) => cycle <= 12,
  );
  assert.ok(accepted >= 100, `${accepted} shares were accepted`);
  assert.ok(connections > 1_500);
  // A leak of 1 KB a connection would be 130 KB; compiled code and statistics still settle in so short a time.
  assert.ok(growthPerCycle < 40_000, `the heap grows by ${Math.round(growthPerCycle)} bytes a cycle`);
});

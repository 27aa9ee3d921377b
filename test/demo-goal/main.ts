// `npm run demo-goal`: the demo as a user starts it mines real Equihash(200,9) and TrueHash, and ends with status 0 when
// its goal is reached. It takes a minute of both cores.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readShares } from '@adit/journal';
import { runAdit } from '@adit/test-kit/pool-process';

const folder = mkdtempSync(path.join(tmpdir(), 'adit-demo-'));
try {
  const { status, out, err } = await runAdit(['demo', '--blocks', '1'], folder);
  assert.deepEqual([status, err], [0, '']);
  const goal =
    /goal reached: \d+ s, accepted by the nodes: (\d+) Zcash blocks, (\d+) fruits, (\d+) TrueChain blocks; /.exec(
      out,
    );
  assert.ok(goal !== null, out.slice(-500));
  assert.ok(goal.slice(1).every((count) => Number(count) >= 1));
  // Everything is in the one folder, and what was mined is in the journal.
  assert.deepEqual(readdirSync(folder), ['adit-data']);
  const demos = path.join(folder, 'adit-data', 'demo');
  const [run = ''] = readdirSync(demos);
  const outcomes = new Set(
    readShares(path.join(demos, run)).map(({ chain, outcome }) => `${chain} ${outcome}`),
  );
  for (const expected of ['zcash block', 'truechain fruit', 'truechain block'])
    assert.ok(outcomes.has(expected), expected);
  process.stdout.write(`${goal[0]}ok\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

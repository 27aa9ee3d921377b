import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Dialect } from '@adit/stratum';
import { type Finding, POOL_CHECKS, runPoolProbe } from '../../src/index.ts';
import type { Fault } from '../support/fault.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';
import type { FaultCase } from './faults/fault-case.ts';
import { TRUESTRATUM_FAULTS, ZCASH_FAULTS } from './faults/index.ts';

async function ask(
  context: TestContext,
  id: string,
  dialect: Dialect,
  { rig = {}, probe = {} }: FaultCase,
  fault: Fault,
): Promise<Finding> {
  const pool = await TestPool.start(context, { ...rig, dialect }, fault);
  const [finding] = await runPoolProbe(
    probeOptions(dialect, pool.port, { aggressive: true, ...probe, only: [id] }),
  );
  assert.ok(finding !== undefined, `there is a check ${id}`);
  return finding;
}

for (const [dialect, faults] of [
  ['zcash', ZCASH_FAULTS],
  ['truestratum', TRUESTRATUM_FAULTS],
] as const) {
  const checks = POOL_CHECKS.filter(({ dialects }) => dialects.includes(dialect));

  test(`there is a faulty ${dialect} pool for each check, and a check for each faulty pool`, () => {
    assert.deepEqual(Object.keys(faults).sort(), checks.map(({ id }) => id).sort());
  });

  describe(`every check of ${dialect} can fail`, { concurrency: 4 }, () => {
    for (const { id } of checks) {
      const fault = faults[id];
      if (fault === undefined) continue;
      test(`${id} passes a right pool, and fails one that ${fault.does}`, async (context) => {
        const healthy = await ask(context, id, dialect, fault, {});
        assert.equal(healthy.outcome, fault.healthy ?? 'pass', healthy.came);
        const faulty = await ask(context, id, dialect, fault, fault);
        assert.equal(faulty.outcome, 'fail', faulty.came);
        assert.notEqual(faulty.wire.length, 0);
      });
    }
  });
}

test('every check has its own id and its own title', () => {
  assert.equal(new Set(POOL_CHECKS.map(({ id }) => id)).size, POOL_CHECKS.length);
  assert.equal(new Set(POOL_CHECKS.map(({ title }) => title)).size, POOL_CHECKS.length);
  for (const { id, rules } of POOL_CHECKS) {
    assert.match(id, /^[a-z][a-z0-9-]+$/);
    assert.notEqual(rules.length, 0, id);
  }
});

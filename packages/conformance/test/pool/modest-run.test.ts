import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROBE_LIMITS, runPoolProbe } from '../../src/index.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

describe('a run that is not aggressive asks little of a pool', { concurrency: true }, () => {
  for (const dialect of ['zcash', 'truestratum'] as const) {
    test(dialect, async (context) => {
      const count = { connections: 0, lines: 0, submissions: 0 };
      const pool = await TestPool.start(
        context,
        { dialect, jobEveryMs: 1_500 },
        {
          opened: () => {
            count.connections += 1;
          },
          incoming: (line) => {
            count.lines += 1;
            if (line.includes('mining.submit')) count.submissions += 1;
            return line;
          },
        },
      );
      const findings = await runPoolProbe(probeOptions(dialect, pool.port));
      context.diagnostic(`${dialect}: ${JSON.stringify(count)}`);
      assert.deepEqual(
        findings.filter(({ outcome }) => outcome === 'fail').map(({ id, came }) => `${id}: ${came}`),
        [],
      );
      assert.ok(count.connections <= 300, `${count.connections} connections`);
      assert.ok(count.lines <= 1_200, `${count.lines} lines`);
      assert.ok(count.submissions <= 300, `${count.submissions} submissions`);
    });
  }

  test('at most twenty connections a second', () => {
    assert.equal(1_000 / PROBE_LIMITS.gapMs, 20);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODEST_RUN, PROBE_LIMITS, runPoolProbe } from '../../src/index.ts';
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
      for (const what of ['connections', 'lines', 'submissions'] as const)
        assert.ok(count[what] <= MODEST_RUN[what], `${count[what]} ${what}`);
    });
  }

  test('at most twenty connections a second', () => {
    assert.equal(1_000 / PROBE_LIMITS.gapMs, 20);
  });
});

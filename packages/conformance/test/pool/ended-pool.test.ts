import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PoolCheck, runPoolProbe } from '../../src/index.ts';
import { fail, pass } from '../../src/report/finding.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

const SERVES: PoolCheck = {
  id: 'serves',
  title: 'the pool serves',
  group: 'conformance',
  dialects: ['zcash'],
  rules: [],
  sent: 'mining.subscribe',
  expected: 'an answer',
  run: async (probe) => ((await probe.serves()) ? pass('it serves') : fail('it is gone')),
};

test('a pool that ends when the system has just taken a connection for it is gone, and shuts nobody out', async (context) => {
  let opened = 0;
  const pool = await TestPool.start(
    context,
    { dialect: 'zcash' },
    {
      opened: ({ crash }) => {
        opened += 1;
        // The first connection finds out whether there is a pool.
        if (opened === 2) crash();
      },
    },
  );
  const [finding] = await runPoolProbe(probeOptions('zcash', pool.port), { checks: [SERVES] });
  assert.equal(finding?.outcome, 'fail', finding?.came);
  assert.match(finding?.came ?? '', /^it is gone; and now there is no connection to the pool/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Judgement, jsonReport, type PoolCheck, runPoolProbe } from '../../src/index.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

/** Three checks are enough to give a pool up, so the fourth tells whether that happened. */
const CHECKS = ['one', 'two', 'three', 'four'];

function checks(judgement: Judgement): readonly PoolCheck[] {
  return CHECKS.map((id) => ({
    id,
    title: 'a title',
    group: 'conformance',
    dialects: ['zcash'],
    rules: [],
    sent: 'nothing',
    expected: 'nothing',
    run: async () => judgement,
  }));
}

const SENTENCE = 'no connection to the pool: ECONNREFUSED';

test('a run gives a pool up by the cause of its judgements', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  const findings = await runPoolProbe(probeOptions('zcash', pool.port), {
    checks: checks({ outcome: 'cannot_tell', came: SENTENCE, cause: 'no_connection' }),
  });
  assert.deepEqual(
    findings.map(({ came }) => came),
    [SENTENCE, SENTENCE, SENTENCE, 'not asked: the pool takes no connections any more'],
  );
  const head = { kind: 'pool', target: 'here', dialect: 'zcash', startedAt: 0 } as const;
  assert.ok(!jsonReport(head, findings).includes('"cause"'), 'the report has a key more than before');
});

test('a run does not give a pool up by the words of its judgements', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  const findings = await runPoolProbe(probeOptions('zcash', pool.port), {
    checks: checks({ outcome: 'cannot_tell', came: SENTENCE }),
  });
  assert.deepEqual(
    findings.map(({ came }) => came),
    [SENTENCE, SENTENCE, SENTENCE, SENTENCE],
  );
});

test('an id that the dialect does not have is refused before anything is asked', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  await assert.rejects(
    runPoolProbe(probeOptions('zcash', pool.port, { only: ['id-echo', 'true-one-price'] })),
    {
      code: 'ADIT_BAD_OPTION',
      message: /there is no check "true-one-price" for zcash/,
    },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPoolProbe } from '../../src/index.ts';
import { isError, rewrite } from '../support/fault.ts';
import { probeOptions } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';
import { pays } from './faults/zcash-submissions.ts';

/** The test pool has 48,5, and its jobs do not say so. */
const OTHER = { n: 96, k: 5, personalization: 'ZcashPoW' };
const ONLY = ['zcash-subscribe-reply', 'id-echo', 'share-accepted', 'share-twice'];
const HINT =
  'the pool refuses solutions of Equihash 96,5 for their length, and not those of 48,5: say --chain-params 48,5';

test('a run with the parameters of another chain names those that the pool expects, and fails nothing', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' });
  const findings = await runPoolProbe(probeOptions('zcash', pool.port, { equihash: OTHER, only: ONLY }));
  assert.deepEqual(
    findings.map(({ id, outcome, came }) => `${id} ${outcome}${outcome === 'pass' ? '' : `: ${came}`}`),
    [
      'zcash-subscribe-reply pass',
      'id-echo pass',
      `share-accepted cannot_tell: ${HINT}`,
      `share-twice cannot_tell: not asked: ${HINT}`,
    ],
  );
});

test('a pool that says how long a solution is, in numbers, is understood as well', async (context) => {
  let count = 0;
  const counts = rewrite(isError, (message) => {
    count += 1;
    const [, words] = message['error'] as unknown[];
    const what = String(words).startsWith('Bad solution encoding') ? 'length' : 'work';
    return { ...message, error: [20, `no. ${count}: ${what}`, null] };
  });
  const pool = await TestPool.start(context, { dialect: 'zcash' }, counts);
  const [finding] = await runPoolProbe(
    probeOptions('zcash', pool.port, { equihash: OTHER, only: ['share-accepted'] }),
  );
  assert.equal(`${finding?.outcome}: ${finding?.came}`, `cannot_tell: ${HINT}`);
});

test('where the parameters are right, or the pool does not tell lengths apart, a failure stays one', async (context) => {
  const refusing = { verdict: () => ({ accepted: false, reason: 'job_not_found' }) as const };
  const wrong = await TestPool.start(context, { dialect: 'zcash' }, refusing);
  const [own] = await runPoolProbe(probeOptions('zcash', wrong.port, { only: ['share-accepted'] }));
  assert.equal(own?.outcome, 'fail', own?.came);
  const same = rewrite(isError, (message) => ({ ...message, error: [20, 'no', null] }));
  const mute = await TestPool.start(context, { dialect: 'zcash' }, { ...same, ...pays('bad_time') });
  const [other] = await runPoolProbe(
    probeOptions('zcash', mute.port, { equihash: OTHER, only: ['share-accepted'] }),
  );
  assert.equal(other?.outcome, 'fail', other?.came);
});

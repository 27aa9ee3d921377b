import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPoolProbe } from '../../src/index.ts';
import { probeOptions, TEST_LIMITS } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';
import { diesOf } from './faults/misbehaviour.ts';

const DIES = diesOf((line) => line.includes('"mining.submit"'));
/** This check cannot be judged without an answer to its first share. */
const DEADLY = 'share-twice';
const HARMLESS = ['zcash-subscribe-reply', 'zcash-subscribe-params', 'zcash-authorize-reply', 'id-echo'];

test('a pool that dies of a line fails the check that sent it, and the finding has the line', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' }, DIES);
  const [finding] = await runPoolProbe(probeOptions('zcash', pool.port, { only: [DEADLY] }));
  assert.equal(finding?.outcome, 'fail', finding?.came);
  assert.match(finding?.came ?? '', /it ended after the line \{"id":3,"method":"mining\.submit"/);
});

test('a run waits for a pool that has died, and asks it the rest when it is back', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' }, DIES);
  const { port } = pool;
  const findings = await runPoolProbe(
    probeOptions('zcash', port, {
      only: [DEADLY, 'share-other-connection', 'unknown-job', 'hostile-job-ids'],
      limits: { ...TEST_LIMITS, shutOutMs: 5_000 },
    }),
    {
      onFinding: ({ id }) => {
        if (id === DEADLY) setTimeout(() => void TestPool.start(context, { dialect: 'zcash', port }), 200);
      },
    },
  );
  assert.deepEqual(
    findings.map(({ id, outcome }) => `${id} ${outcome}`),
    [`${DEADLY} fail`, 'share-other-connection pass', 'unknown-job pass', 'hostile-job-ids pass'],
    findings.map(({ came }) => came).join('\n'),
  );
});

test('a run waits once for a pool that does not come back, and says of which check it ended', async (context) => {
  const pool = await TestPool.start(context, { dialect: 'zcash' }, DIES);
  const only = [
    DEADLY,
    'share-other-worker',
    'share-other-connection',
    'share-after-reconnect',
    'unknown-job',
  ];
  const began = performance.now();
  const findings = await runPoolProbe(probeOptions('zcash', pool.port, { only }));
  assert.ok(performance.now() - began >= 3 * TEST_LIMITS.shutOutMs, 'it waited');
  assert.deepEqual(
    findings.slice(1).map(({ outcome, came }) => `${outcome}: ${came}`),
    only
      .slice(1)
      .map(() => 'cannot_tell: not asked: the pool ended in share-twice and did not come back within 0.9 s'),
  );
});

test('a pool that dies after a check has passed fails no other check', async (context) => {
  let opened = 0;
  const pool = await TestPool.start(
    context,
    { dialect: 'zcash' },
    {
      // It dies when the first check has closed its connection; the one before that found out what is there.
      opened: ({ socket, crash }) => {
        opened += 1;
        if (opened === 2) socket.once('close', crash);
      },
    },
  );
  const findings = await runPoolProbe(probeOptions('zcash', pool.port, { only: HARMLESS }));
  assert.deepEqual(
    findings.map(({ outcome }) => outcome),
    ['pass', 'cannot_tell', 'cannot_tell', 'cannot_tell'],
    findings.map(({ came }) => came).join('\n'),
  );
});

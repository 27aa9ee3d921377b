import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runPoolProbe } from '../../src/index.ts';
import { FirstJobs } from '../../src/pool/probe/first-jobs.ts';
import { type Fault, isMethod, type Json, onMethod, rewrite } from '../support/fault.ts';
import { probeOptions, TEST_LIMITS } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';

/** Says each job so many milliseconds after it was made. */
function lateJobs(afterMs: number): Fault {
  return {
    outgoing: (line, { socket }) => {
      if ((JSON.parse(line) as Json)['method'] !== 'mining.notify') return line;
      setTimeout(() => socket.writable && socket.write(`${line}\n`), afterMs);
      return undefined;
    },
  };
}

describe('a run waits for what comes late, and once for what never comes', { concurrency: true }, () => {
  for (const [dialect, id] of [
    ['zcash', 'zcash-target-before-job'],
    ['truestratum', 'true-target-before-job'],
  ] as const)
    test(`a ${dialect} pool whose first job comes seconds after the login fails`, async (context) => {
      const pool = await TestPool.start(context, { dialect }, lateJobs(1_300));
      const limits = { ...TEST_LIMITS, answerMs: 10_000 };
      const [finding] = await runPoolProbe(probeOptions(dialect, pool.port, { only: [id], limits }));
      assert.equal(finding?.outcome, 'fail', finding?.came);
      assert.match(finding?.came ?? '', /^the first job came 1\.[2-9] s after the login/);
    });

  test('a job that never comes is waited for by one check, and the others know', async (context) => {
    const pool = await TestPool.start(context, { dialect: 'zcash' });
    const limits = { ...TEST_LIMITS, jobMs: 6_000, refreshMs: 6_000 };
    const only = [
      'zcash-job-refresh',
      'zcash-old-job',
      'zcash-stale-job',
      'zcash-clean-on-block',
      'zcash-nonce-other-job',
    ];
    const began = performance.now();
    const findings = await runPoolProbe(probeOptions('zcash', pool.port, { only, limits }));
    // Five waits would take 30 s, and one takes 6 s.
    const took = performance.now() - began;
    assert.ok(took >= limits.jobMs && took < 3 * limits.jobMs, `${Math.round(took)} ms`);
    assert.deepEqual(
      findings.map(({ outcome }) => outcome).toSorted(),
      ['cannot_tell', 'cannot_tell', 'cannot_tell', 'cannot_tell', 'fail'],
      findings.map(({ came }) => came).join('\n'),
    );
  });

  test('where no login brings a job the checks do not all wait for one', async (context) => {
    const pool = await TestPool.start(
      context,
      { dialect: 'zcash' },
      rewrite(isMethod('mining.notify'), () => undefined),
    );
    const limits = { ...TEST_LIMITS, answerMs: 6_000, quietMs: 100 };
    const only = ['share-accepted', 'share-twice', 'share-other-connection', 'unknown-job', 'wrong-share'];
    const began = performance.now();
    const findings = await runPoolProbe(probeOptions('zcash', pool.port, { only, limits }));
    // The first answer to a login and two waits take 18 s, and a wait of each check 36 s.
    const took = performance.now() - began;
    assert.ok(took < 28_000, `${Math.round(took)} ms`);
    assert.deepEqual([...new Set(findings.map(({ outcome }) => outcome))], ['cannot_tell']);
  });

  test('a run that has seen a job again waits for the next in full', () => {
    const jobs = new FirstJobs({ answerMs: 5_000, quietMs: 1_000 });
    const waits = [false, false, false, true, false].map((came) => {
      const { waitMs } = jobs;
      jobs.waited(came);
      return waitMs;
    });
    assert.deepEqual(waits, [5_000, 5_000, 1_000, 1_000, 5_000]);
  });

  test('a pool that wants the time of the job is named as such, and does not fail', async (context) => {
    const pool = await TestPool.start(context, { dialect: 'zcash' }, pinsTheTime());
    const [finding] = await runPoolProbe(probeOptions('zcash', pool.port, { only: ['zcash-time-rolled'] }));
    assert.equal(finding?.outcome, 'not_applicable', finding?.came);
    assert.match(finding?.came ?? '', /^it wants the time of the job, as it may: refused with 20/);
  });
});

function pinsTheTime(): Fault {
  const times = new Set<unknown>();
  return {
    outgoing: (line) => {
      const { method, params } = JSON.parse(line) as Json;
      if (method === 'mining.notify') times.add((params as unknown[])[5]);
      return line;
    },
    ...onMethod('mining.submit', (message, connection) => {
      if (times.has((message['params'] as unknown[])[2])) return message;
      const error = [20, 'Bad time', null];
      connection.say(JSON.stringify({ id: message['id'], result: null, error }));
      return undefined;
    }),
  };
}

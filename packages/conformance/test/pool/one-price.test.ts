import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Dialect, TrueSubmission } from '@adit/stratum';
import { type Finding, runPoolProbe } from '../../src/index.ts';
import { wishes, withWish } from '../../src/pool/tools/wishes.ts';
import {
  type Fault,
  isError,
  isMethod,
  type Json,
  rewrite,
  type TestPoolOptions,
  withParam,
} from '../support/fault.ts';
import { probeOptions, TEST_LIMITS } from '../support/options.ts';
import { TestPool } from '../support/test-pool.ts';
import { easier, OWN_TARGET, remember, SECOND_JOB_ID, wishOf } from './faults/one-price.ts';

const isNotify = isMethod('mining.notify');
const PAID = { accepted: true, weight: 1n } as const;

async function ask(
  context: TestContext,
  dialect: Dialect,
  fault: Fault,
  rig: Partial<TestPoolOptions> = {},
  limits = TEST_LIMITS,
  check = 'one-price',
): Promise<Finding> {
  const pool = await TestPool.start(context, { ...rig, dialect }, fault);
  const only = [`${dialect === 'zcash' ? 'zcash' : 'true'}-${check}`];
  const [finding] = await runPoolProbe(probeOptions(dialect, pool.port, { only, limits }));
  assert.ok(finding !== undefined);
  return finding;
}

function assertFinding({ outcome, came }: Finding, wanted: string, words: RegExp): void {
  assert.equal(outcome, wanted, came);
  assert.match(came, words);
}

/** Rewrites the verdict on shares above the target once the condition is true. */
function paysLow(when: (memory: ReadonlyMap<string, unknown>) => boolean): Pick<Fault, 'verdict'> {
  return {
    verdict: (keep, _submission, { memory }) =>
      !keep.accepted && keep.reason === 'low_difficulty' && when(memory) ? PAID : keep,
  };
}

describe('zcash-one-price', { concurrency: 3 }, () => {
  test('a pool whose targets come with new headers passes', async (context) => {
    const limits = { ...TEST_LIMITS, jobMs: 20_000 };
    const rig = { jobEveryMs: 1_500, followsSuggestions: true };
    assertFinding(await ask(context, 'zcash', {}, rig, limits), 'pass', /each with headers of its own$/);
  });

  test('the check does not apply to a pool whose targets never change', async (context) => {
    assertFinding(await ask(context, 'zcash', {}), 'not_applicable', /^the target stayed 1f+\.\., whatever/);
  });

  test('a second id of one header fails although the first one is gone by then', async (context) => {
    const fault: Fault = {
      ...SECOND_JOB_ID,
      verdict: (keep, submission, connection) => {
        const { memory } = connection;
        if (memory.has('first') && memory.get('second') !== true)
          return { accepted: false, reason: 'stale_job' };
        return SECOND_JOB_ID.verdict?.(keep, submission, connection) ?? keep;
      },
    };
    assertFinding(await ask(context, 'zcash', fault), 'fail', /^one header, two targets: .* refused .* paid/);
  });

  test('a second id of one header with a harder target fails as well', async (context) => {
    const narrow = '007f'.padEnd(64, 'f');
    const fault: Fault = {
      ...SECOND_JOB_ID,
      incoming: (line, connection) =>
        SECOND_JOB_ID.incoming?.(
          line.replace(/(suggest_target","params":\[")[0-9a-f]+/, `$1${narrow}`),
          connection,
        ),
      // The probe finds hashes between the two targets, so they do not meet the harder one.
      verdict: (keep, _submission, { memory }) =>
        keep.accepted && memory.get('second') === true ? { accepted: false, reason: 'low_difficulty' } : keep,
    };
    assertFinding(await ask(context, 'zcash', fault), 'fail', /with the target 007f/);
  });

  test('a pool that judges older jobs by an easier target that came later fails', async (context) => {
    const fault: Fault = {
      outgoing: remember,
      incoming: (line, connection) => {
        const wish = wishOf(line, connection);
        if (wish === undefined) return line;
        connection.memory.set('easy', true);
        connection.say(JSON.stringify({ id: null, method: 'mining.set_target', params: [wish] }));
        return line;
      },
      ...paysLow((memory) => memory.has('easy')),
    };
    assertFinding(
      await ask(context, 'zcash', fault),
      'fail',
      /^one job, two targets: .* after another target/,
    );
  });

  test('a session that is resumed with another target for the header that it had fails', async (context) => {
    const fault: Fault = {
      ...OWN_TARGET,
      incoming: (line, connection) => {
        if (/mining.subscribe","params":\["[^"]*","/.test(line)) connection.memory.set('resumed', true);
        return connection.memory.has('resumed') ? OWN_TARGET.incoming?.(line, connection) : line;
      },
    };
    assertFinding(await ask(context, 'zcash', fault), 'fail', /^one (header|job), two targets/);
  });

  test('an easier target that is announced for a header but not in force there is not a failure', async (context) => {
    const fault = { ...SECOND_JOB_ID, verdict: (keep: unknown) => keep as never };
    assertFinding(await ask(context, 'zcash', fault), 'pass', /paid no hash at both$/);
  });

  test('where a hash cannot be found in time the probe cannot tell', async (context) => {
    const hard = '1'.padStart(64, '0');
    const fault: Fault = {
      ...SECOND_JOB_ID,
      outgoing: (line, connection) => {
        const message = JSON.parse(line) as Json;
        const isTarget = message['method'] === 'mining.set_target';
        return remember(isTarget ? JSON.stringify({ ...message, params: [hard] }) : line, connection);
      },
    };
    const limits = { ...TEST_LIMITS, shareMs: 200 };
    assertFinding(await ask(context, 'zcash', fault, {}, limits), 'cannot_tell', /--share-seconds/);
  });
});

describe('zcash-late-wish', { concurrency: 2 }, () => {
  const late = async (context: TestContext, fault: Fault) =>
    await ask(context, 'zcash', fault, {}, TEST_LIMITS, 'late-wish');

  test('a pool may grant a wish that has its own header before a miner can hash', async (context) => {
    const fault: Fault = {
      ...OWN_TARGET,
      outgoing: (line, connection) => {
        const told = OWN_TARGET.outgoing?.(line, connection) ?? line;
        if (!isNotify(JSON.parse(line) as Json) || !connection.memory.has('easy')) return told;
        return JSON.stringify(withParam(JSON.parse(told) as Json, 3, 'ab'.repeat(32)));
      },
    };
    assertFinding(await late(context, fault), 'pass', /another header/);
  });

  test('a harder target that is chosen after hashing is a fault as well', async (context) => {
    const harder = '00ff'.padEnd(64, 'f');
    const fault: Fault = {
      ...OWN_TARGET,
      outgoing: (line, { memory }) => {
        const message = JSON.parse(line) as Json;
        const wished = message['method'] === 'mining.set_target' && memory.has('easy');
        return wished ? JSON.stringify(withParam(message, 0, harder)) : line;
      },
      verdict: (keep, _submission, { memory }) =>
        memory.has('easy') && keep.accepted ? { accepted: false, reason: 'low_difficulty' } : keep,
    };
    assertFinding(
      await late(context, fault),
      'fail',
      /^d=.* after hashing, .* below the target without a wish/,
    );
  });
});

/** Repeats the header under another job id with an easier target as soon as a miner has wished for it. */
function refreshes(inForce: boolean): Fault {
  return {
    incoming: (line, connection) => {
      const wish = connection.memory.has('job') ? wishOf(line, connection) : undefined;
      if (wish !== undefined) connection.memory.set('wish', wish);
      const id = /"mining.submit","params":\["[^"]*","([0-9a-f]+)"/.exec(line)?.[1];
      connection.memory.set('easy', id !== undefined && id >= String(connection.memory.get('from') ?? 'x'));
      return line;
    },
    outgoing: (line, connection) => {
      const { memory, say } = connection;
      const message = JSON.parse(line) as Json;
      const wish = memory.get('wish');
      if (isNotify(message) && wish !== undefined && !memory.has('from')) {
        memory.set('from', (message['params'] as unknown[])[0]);
        say(JSON.stringify({ id: null, method: 'mining.set_difficulty', params: [wish] }));
      }
      return remember(line, connection);
    },
    ...paysLow((memory) => inForce && memory.get('easy') === true),
  };
}

describe('true-one-price', { concurrency: 3 }, () => {
  test('a pool that refreshes a job with another target for the same header fails', async (context) => {
    assertFinding(await ask(context, 'truestratum', refreshes(true)), 'fail', /^one header, two targets/);
  });

  test('an easier target that is announced but not in force is not a failure', async (context) => {
    assertFinding(await ask(context, 'truestratum', refreshes(false)), 'pass', /paid no hash at both$/);
  });

  test('a pool whose targets come with new headers passes', async (context) => {
    const fault: Fault = {
      outgoing: (line, connection) => {
        const { memory, shared, say } = connection;
        const message = JSON.parse(line) as Json;
        if (isNotify(message)) {
          const [id, , header] = message['params'] as string[];
          const order = Number.parseInt(String(id).slice(0, 8), 16);
          const last = Number(shared.get('last') ?? order);
          if (order > last && memory.get('header') !== header) {
            const text = memory.get('target');
            if (!memory.has('easy'))
              say(
                JSON.stringify({ id: null, method: 'mining.set_difficulty', params: [easier(String(text))] }),
              );
            memory.set('easy', order);
          }
          memory.set('header', header);
        }
        return remember(line, connection);
      },
      verdict: (keep, submission, { memory }) => {
        const from = memory.get('easy');
        const low = !keep.accepted && keep.reason === 'low_difficulty';
        return low && from !== undefined && (submission as TrueSubmission).jobSequence >= Number(from)
          ? PAID
          : keep;
      },
      opened: ({ shared }) => void shared.set('last', 1),
    };
    const limits = { ...TEST_LIMITS, jobMs: 20_000 };
    const finding = await ask(context, 'truestratum', fault, { jobEveryMs: 6_000 }, limits);
    assertFinding(finding, 'pass', /each with headers of its own$/);
  });

  test('connections have targets of their own where each is held to its range', async (context) => {
    const fault: Fault = {
      ...OWN_TARGET,
      nonce1: (n) => Uint8Array.of(7, n),
      verdict: (keep, submission, connection) => {
        const { memory } = connection;
        const nonce = (submission as TrueSubmission).nonces.at(-1) ?? 0n;
        const prefix = (nonce >> 48n).toString(16).padStart(4, '0');
        if (prefix !== memory.get('nonce1')) return { accepted: false, reason: 'low_difficulty' };
        return OWN_TARGET.verdict?.(keep, submission, connection) ?? keep;
      },
      outgoing: (line, connection) => {
        const { result } = JSON.parse(line) as Json;
        if (Array.isArray(result)) connection.memory.set('nonce1', result[1]);
        return OWN_TARGET.outgoing?.(line, connection);
      },
    };
    const finding = await ask(context, 'truestratum', fault);
    assertFinding(finding, 'pass', /paid no hash at both$/);
  });

  test('a header with two targets is found where all refusals have one code', async (context) => {
    const codes = rewrite(isError, (message) => ({ ...message, error: [-1, 'No', null] }));
    const fault: Fault = {
      ...OWN_TARGET,
      outgoing: (line, connection) =>
        codes.outgoing?.(OWN_TARGET.outgoing?.(line, connection) ?? line, connection),
    };
    assertFinding(await ask(context, 'truestratum', fault), 'fail', /^one header, two targets/);
  });
});

test('a wish replaces one that the password has already', () => {
  assert.equal(withWish('x', '8'), 'x,d=8');
  assert.equal(withWish('x,d=64', '8'), 'x,d=8');
  assert.equal(withWish('', '0.5'), 'd=0.5');
  assert.deepEqual(wishes(64, [1, 8192], 'easier'), ['8', '0.000976563']);
  assert.deepEqual(wishes(64, [1], 'harder'), ['512']);
  assert.deepEqual(wishes(2 ** 60, [1], 'harder'), []);
});

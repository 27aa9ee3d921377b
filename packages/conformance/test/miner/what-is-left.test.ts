import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Dialect } from '@adit/stratum';
import { MINER_CHECKS, runMinerProbe } from '../../src/index.ts';
import { type Fault, ScriptedMiner, SMALL } from './scripted-miner.ts';

const LIMITS = {
  ...{ quietMs: 100, graceMs: 4_000, leaveMs: 1_000, paceMs: 15, silentMs: 300 },
  ...{ answerMs: 10_000, shareMs: 4_000, returnMs: 10_000 },
};

/** What the checks come to, each as `id outcome`. */
async function asked(context: TestContext, dialect: Dialect, only: readonly string[], way: Fault) {
  const findings = await runMinerProbe(
    { host: '127.0.0.1', port: 0, dialect, equihash: SMALL, limits: LIMITS, only },
    {
      onListening: (_host, port) => {
        const miner = new ScriptedMiner({ port, dialect }, way);
        context.after(() => miner.die());
      },
    },
  );
  return {
    outcomes: findings.map(({ id, outcome }) => `${id} ${outcome}`),
    came: findings.map(({ id, came }) => `${id}: ${came}`).join('\n'),
  };
}

const isAnswer = (method: unknown) => method === undefined;

describe('a miner fails the check that it fails, and no other for the same cause', {
  concurrency: true,
}, () => {
  test('a miner that needs two connections to come back has come back', async (context) => {
    let opens = 0;
    const { outcomes, came } = await asked(context, 'zcash', ['cut-mid-line'], {
      subscribeParams: (miner) => {
        opens += 1;
        if (opens === 2) setTimeout(() => miner.leave(), 20);
        return ['x', null, '127.0.0.1', miner.port];
      },
    });
    assert.deepEqual(outcomes, ['cut-mid-line pass'], came);
  });

  test('a miner that leaves once more when it has logged in has come back', async (context) => {
    let logins = 0;
    const { outcomes, came } = await asked(context, 'zcash', ['cut-mid-line'], {
      message: ({ id, method }, miner) => {
        if (!isAnswer(method) || id !== 2) return false;
        logins += 1;
        if (logins === 2) miner.leave();
        return logins === 2;
      },
    });
    assert.deepEqual(outcomes, ['cut-mid-line pass'], came);
  });

  test('a target that a hostile check has left is put right before the next', async (context) => {
    const { outcomes, came } = await asked(context, 'zcash', ['target-number', 'target-null'], {
      message: ({ method, params }, miner) => {
        if (method !== 'mining.set_target' || typeof params?.[0] !== 'number') return false;
        miner.target = 0n;
        return true;
      },
    });
    assert.deepEqual(outcomes, ['target-number fail', 'target-null pass'], came);
  });

  test('a miner that is stuck after a hostile check is sent away before the next', async (context) => {
    let stuck: ScriptedMiner | undefined;
    const { outcomes, came } = await asked(context, 'zcash', ['job-missing-params', 'job-short-hashes'], {
      message: ({ method, params }, miner) => {
        if (method === 'mining.notify' && (params?.length ?? 0) < 8) stuck = miner;
        return false;
      },
      job: (job, miner) => (stuck === miner ? undefined : job),
      lost: () => {
        stuck = undefined;
      },
    });
    assert.deepEqual(outcomes, ['job-missing-params fail', 'job-short-hashes pass'], came);
  });

  test('an answer that says nothing is no answer, and a miner that waits for one is not harmed', async (context) => {
    const { outcomes, came } = await asked(context, 'zcash', ['late-replies', 'result-and-error'], {
      message: ({ id, method, result, error }) =>
        isAnswer(method) && id !== undefined && result === undefined && error === undefined,
      shares: (params, miner) => (miner.unanswered.length === 0 ? [params] : []),
    });
    assert.deepEqual(outcomes, ['late-replies pass', 'result-and-error pass'], came);
  });

  test('the nonce "0" of the reference miner fails a check of its own, and no other', async (context) => {
    const only = [
      ...['first-share', 'twenty-shares', 'clean-job', 'strange-job-ids'],
      ...['true-other-dataset', 'true-dataset-back', 'true-zero-nonce', 'true-no-seeds'],
    ];
    const { outcomes, came } = await asked(context, 'truestratum', only, {
      // With each clean job its threads submit a nonce that none of them has hashed.
      message: ({ method, params }, miner) => {
        if (method === 'mining.notify' && params?.[3] === true && miner.authorized)
          miner.submit(['alice.rig', params[0], '0']);
        return false;
      },
    });
    assert.deepEqual(
      outcomes,
      only.map((id) => `${id} ${id === 'true-zero-nonce' ? 'fail' : 'pass'}`),
      came,
    );
  });

  test('a miner that follows client.reconnect elsewhere is sent home, and asked the rest', async (context) => {
    const only = ['reconnect-elsewhere', 'refused-worker'];
    const { outcomes, came } = await asked(context, 'zcash', only, {
      message: ({ method, params }, miner) => {
        if (method !== 'client.reconnect' || typeof params?.[0] !== 'string') return false;
        miner.home = { host: params[0], port: Number(params[1]) };
        miner.leave();
        return true;
      },
    });
    assert.deepEqual(outcomes, ['reconnect-elsewhere fail', 'refused-worker pass'], came);
    assert.match(came, /it went to the other host, and came home when that one sent it back/);
  });

  test('what leads a miner away or ends it comes last', () => {
    assert.deepEqual(
      MINER_CHECKS.slice(-4).map(({ id }) => id),
      ['reconnect-here', 'reconnect-named', 'reconnect-elsewhere', 'refused-worker'],
    );
  });
});

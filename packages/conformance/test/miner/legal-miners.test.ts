import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Dialect } from '@adit/stratum';
import { runMinerProbe } from '../../src/index.ts';
import type { Finding } from '../../src/report/finding.ts';
import { type Fault, ScriptedMiner, SMALL } from './scripted-miner.ts';

const LIMITS = {
  ...{ quietMs: 50, graceMs: 4_000, leaveMs: 500, paceMs: 15 },
  ...{ answerMs: 1_500, shareMs: 10_000, returnMs: 10_000 },
};

/** Runs a check with a miner that behaves in an unusual but legal way. @param through the port that the miner gets instead */
async function asked(
  context: TestContext,
  dialect: Dialect,
  id: string,
  way: Fault,
  through = async (port: number) => port,
): Promise<Finding> {
  const [finding] = await runMinerProbe(
    { host: '127.0.0.1', port: 0, dialect, equihash: SMALL, limits: LIMITS, only: [id] },
    {
      onListening: async (_host, ours) => {
        const port = await through(ours);
        const miner = new ScriptedMiner({ port, dialect }, way);
        context.after(() => miner.die());
      },
    },
  );
  if (finding === undefined) throw new Error('no finding');
  return finding;
}

const subscribes = (...params: readonly unknown[]): Fault => ({ subscribeParams: () => params });

test('a session id may be the integer of the Zcash document, and the port that of a forwarder', async (context) => {
  const ask = async (session: unknown, port: unknown) =>
    await asked(context, 'zcash', 'zcash-subscribe-request', subscribes('x', session, 'pool.lan', port));
  const through = await ask(1_112_233, 3334);
  assert.equal(through.outcome, 'pass', through.came);
  assert.match(through.came, /^x, session 1112233, pool\.lan; its port is 3334, and ours [0-9]+$/);
  const text = await ask(null, '3333');
  assert.match(text.came, /; the port is a string; its port is 3333, and ours [0-9]+$/);
  for (const port of [
    0,
    65_536,
    33.5,
    -1,
    '',
    '0',
    '65536',
    '3333a',
    ' 3333',
    null,
    { toString: 1 },
    [3333],
  ]) {
    const { outcome, came } = await ask(null, port);
    assert.equal(`${outcome} ${/its port is .*, not one/.test(came)}`, 'fail true', came);
  }
  for (const session of [1.5, true, {}, [1]]) {
    const { outcome, came } = await ask(session, 3333);
    assert.equal(outcome, 'fail', came);
    assert.match(came, /its session id is/);
  }
});

test('a number of its own that a miner always gives as its session is not the session of another pool', async (context) => {
  const own = await asked(context, 'zcash', 'resume', subscribes('x', 1_112_233, '127.0.0.1', 3333));
  assert.equal(own.outcome, 'not_applicable', own.came);
  let count = 0;
  const changes: Fault = {
    subscribeParams: () => {
      count += 1;
      return ['x', count, '127.0.0.1', 3333];
    },
  };
  const made = await asked(context, 'zcash', 'resume', changes);
  assert.equal(made.outcome, 'fail', made.came);
});

test('the probe asks a miner behind a forwarder to come back to the port that it knows', async (context) => {
  let known = 0;
  const forward = async (port: number) => {
    const server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      for (const socket of [near, far]) socket.on('error', () => {});
      near.pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      context.after(() => near.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => server.close());
    const address = server.address();
    known = typeof address === 'object' && address !== null ? address.port : 0;
    return known;
  };
  const way: Fault = {
    // It does not go to any other port, because that would be another pool.
    message: ({ method, params }) => method === 'client.reconnect' && params?.[1] !== known,
  };
  const { outcome, came } = await asked(context, 'zcash', 'reconnect-named', way, forward);
  assert.equal(outcome, 'pass', came);
});

test('the probe finds the host and the port of a miner that names them first', async (context) => {
  let port = 0;
  const way: Fault = {
    subscribeParams: (miner) => {
      port = miner.port;
      return ['127.0.0.1', miner.port, 'old/0.2', null];
    },
    // It does not go to any other place.
    message: ({ method, params }) =>
      method === 'client.reconnect' && (params?.[0] !== '127.0.0.1' || params[1] !== port),
  };
  const { outcome, came } = await asked(context, 'zcash', 'reconnect-named', way);
  assert.equal(outcome, 'pass', came);
  const subscribe = await asked(context, 'zcash', 'zcash-subscribe-request', way);
  assert.equal(`${subscribe.outcome}: ${subscribe.came}`, 'fail: it begins with the host and the port');
});

test('requests that only the reference miner answers do not apply to a miner that knows the document only', async (context) => {
  for (const id of ['true-get-version', 'true-show-message']) {
    const method = id === 'true-get-version' ? 'client.get_version' : 'client.show_message';
    const silent = await asked(context, 'truestratum', id, {
      message: (message) => message.method === method,
    });
    assert.equal(silent.outcome, 'not_applicable', silent.came);
    const refuses: Fault = {
      message: (message, miner) => {
        if (message.method !== method) return false;
        miner.send({ id: message.id, result: null, error: [20, 'Unknown method', null] });
        return true;
      },
    };
    const refused = await asked(context, 'truestratum', id, refuses);
    assert.equal(refused.outcome, 'not_applicable', refused.came);
    const dies: Fault = {
      message: (message, miner) => {
        if (message.method === method) miner.die();
        return false;
      },
    };
    const died = await asked(context, 'truestratum', id, dies);
    assert.equal(died.outcome, 'fail', died.came);
    assert.match(died.came, /it left/);
  }
});

test('the password of the TrueStratum document may be null', async (context) => {
  const way: Fault = { authorizeParams: ['alice.rig', null] };
  const { outcome, came } = await asked(context, 'truestratum', 'authorize-request', way);
  assert.equal(outcome, 'pass', came);
  const zcash = await asked(context, 'zcash', 'authorize-request', way);
  assert.equal(zcash.outcome, 'fail', zcash.came);
});

test('a miner may drop a job that the pool does not find any more', async (context) => {
  const way: Fault = {
    message: ({ error }, miner) => {
      if (Array.isArray(error) && [21, 24, 25].includes(error[0])) miner.jobs = [];
      return false;
    },
  };
  const { outcome, came } = await asked(context, 'zcash', 'refusal-forms', way);
  assert.equal(outcome, 'pass', came);
});

test('a share that is on its way when a job comes costs a miner that drops its job nothing but time', async (context) => {
  const codeIn = (error: unknown) => (Array.isArray(error) ? error[0] : (error as { code?: unknown }).code);
  let refusals = 0;
  let kept: readonly unknown[] | undefined;
  let due: readonly unknown[] | undefined;
  const way: Fault = {
    // One share of the job in hand is always still to be sent.
    shares: (params) => {
      const before = kept;
      kept = params;
      return before !== undefined && before[1] === params[1] ? [before] : [];
    },
    message: ({ method, error }, miner) => {
      if (method === 'mining.notify' && due !== undefined) {
        miner.submit(due);
        due = undefined;
      }
      if (error === null || error === undefined) return false;
      const code = codeIn(error);
      // The last of the four refusals that the check ends with.
      if (code === 25) refusals += 1;
      if (code === 25 && refusals === 4) due = kept;
      if ([21, 24, 25].includes(code)) miner.jobs = [];
      return false;
    },
  };
  const { outcome, came } = await asked(context, 'zcash', 'refusal-forms', way);
  assert.equal(outcome, 'pass', came);
});

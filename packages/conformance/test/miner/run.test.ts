import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { type MinerProbeOptions, type MinerRunModules, runMinerProbe } from '../../src/index.ts';
import type { MinerCheck } from '../../src/miner/check.ts';
import { pass } from '../../src/report/finding.ts';
import { type Fault, ScriptedMiner, SMALL } from './scripted-miner.ts';

const OPTIONS: MinerProbeOptions = {
  host: '127.0.0.1',
  port: 0,
  dialect: 'zcash',
  equihash: SMALL,
  limits: { quietMs: 50, graceMs: 4_000, leaveMs: 100, paceMs: 15, shareMs: 20_000, answerMs: 20_000 },
};

function check(id: string, run: MinerCheck['run'], seconds = 60): MinerCheck {
  const words = { title: id, rules: [], sent: '', expected: '' };
  return { id, ...words, group: 'conformance', dialects: ['zcash'], seconds, run };
}

/** Runs the checks against a scripted miner. */
async function run(
  context: TestContext,
  checks: readonly MinerCheck[],
  {
    fault = {},
    options = {},
    modules = {},
  }: { fault?: Fault; options?: Partial<MinerProbeOptions>; modules?: MinerRunModules } = {},
) {
  return await runMinerProbe(
    { ...OPTIONS, ...options },
    {
      ...modules,
      checks,
      onListening: (_host, port) => {
        const miner = new ScriptedMiner({ port, dialect: 'zcash' }, fault);
        context.after(() => miner.die());
      },
    },
  );
}

const outcomes = (findings: Awaited<ReturnType<typeof runMinerProbe>>) =>
  findings.map(({ id, outcome, came }) => [id, outcome, came]);

test('a check that fails in itself is a fault of the probe, and the others go on', async (context) => {
  const findings = await run(context, [
    check('broken', async () => {
      throw new TypeError('no such thing');
    }),
    check('whole', async (probe) => {
      await probe.share(await probe.session());
      return pass('it mines');
    }),
  ]);
  assert.deepEqual(outcomes(findings), [
    ['broken', 'cannot_tell', 'the probe itself failed: no such thing'],
    ['whole', 'pass', 'it mines'],
  ]);
});

test('where a miner does not come the probe cannot tell, and waits for it once', async () => {
  const before = performance.now();
  const findings = await runMinerProbe({ ...OPTIONS, waitMs: 300 });
  assert.ok(findings.length > 50);
  assert.deepEqual(
    [...new Set(findings.map(({ outcome, came }) => `${outcome}: ${came}`))],
    ['cannot_tell: no miner came within 0.3 s'],
  );
  assert.ok(performance.now() - before < 20_000);
});

test('the probe does not wait for a miner in each check after it is gone for good', async (context) => {
  const leaves = check('leaves', async (probe) => {
    const session = await probe.session();
    session.close();
    return (await probe.back()) === undefined ? pass('it is gone') : pass('it is back');
  });
  const asks = (id: string) => check(id, async (probe) => pass(String((await probe.session()).open)));
  const findings = await run(context, [leaves, asks('one'), asks('two')], {
    fault: { lost: (miner) => miner.die() },
    options: { limits: { ...OPTIONS.limits, returnMs: 400 } },
  });
  const why = 'the miner did not come within 0.4 s';
  assert.deepEqual(outcomes(findings), [
    ['leaves', 'pass', 'it is gone'],
    ['one', 'cannot_tell', why],
    ['two', 'cannot_tell', why],
  ]);
  assert.ok(findings.slice(1).every(({ milliseconds }) => milliseconds < 300));
});

test('a check that takes longer than it may is given up, and the next begins', async (context) => {
  const waits = check(
    'waits',
    async (probe) => {
      const session = await probe.session();
      for (;;) await session.connection.quiet(50);
    },
    0.5,
  );
  const findings = await run(context, [
    waits,
    check('next', async (probe) => pass(String((await probe.session()).open))),
  ]);
  assert.deepEqual(outcomes(findings), [
    ['waits', 'cannot_tell', 'not finished within 0.5 s'],
    ['next', 'pass', 'true'],
  ]);
});

test('a stopped run says so for each check that it did not finish', async (context) => {
  const stop = new AbortController();
  const waits = check('waits', async (probe) => {
    const session = await probe.session();
    stop.abort();
    await session.connection.quiet(30_000);
    return pass('never');
  });
  const findings = await run(context, [waits, waits], { modules: { signal: stop.signal } });
  assert.deepEqual(
    findings.map(({ outcome, came }) => `${outcome}: ${came}`),
    Array.from({ length: 2 }, () => 'cannot_tell: not asked to the end: the run was stopped'),
  );
});

test('an unknown check, an address that others can reach, and a port in use are refused', async (context) => {
  const code = async (options: Partial<MinerProbeOptions>) => {
    const error = await runMinerProbe({ ...OPTIONS, ...options }).catch((error: unknown) => error);
    assert.ok(error instanceof AditError, String(error));
    return error.code;
  };
  assert.equal(await code({ only: ['no-such-check'] }), 'ADIT_BAD_OPTION');
  assert.equal(await code({ only: ['true-extranonce'] }), 'ADIT_BAD_OPTION');
  assert.equal(await code({ host: '0.0.0.0' }), 'ADIT_NOT_LOOPBACK');
  assert.equal(await code({ host: '::' }), 'ADIT_NOT_LOOPBACK');
  let taken = '';
  const holds = check('holds', async (probe) => {
    taken = await code({ port: probe.port });
    return pass('');
  });
  await run(context, [holds]);
  assert.equal(taken, 'ADIT_CANNOT_LISTEN');
});

test('a connection that opens and closes again is not a miner', async (context) => {
  let port = 0;
  const visits = check('visits', async (probe) => {
    await probe.share(await probe.session());
    return pass('it mines');
  });
  const findings = await runMinerProbe(OPTIONS, {
    checks: [visits],
    onListening: (_host, at) => {
      port = at;
      const passer = connect({ host: '127.0.0.1', port });
      passer.once('connect', () => passer.destroy());
      passer.once('close', () => {
        const miner = new ScriptedMiner({ port, dialect: 'zcash' });
        context.after(() => miner.die());
      });
    },
  });
  assert.deepEqual(outcomes(findings), [['visits', 'pass', 'it mines']]);
});

test('passwords are left out of what a report shows, in any spelling of the request', async (context) => {
  const fault: Fault = { authorizeParams: ['alice.rig', 'a-secret-word', 'more'] };
  const ask = check('ask', async (probe) => {
    const session = await probe.freshSession({});
    await session.loggedIn();
    return pass(JSON.stringify(session.requests.find(({ method }) => method === 'mining.authorize')?.params));
  });
  const [finding] = await run(context, [ask], { fault });
  // The check sees it, and the report does not.
  assert.match(finding?.came ?? '', /a-secret-word/);
  assert.ok(!JSON.stringify(finding?.wire).includes('a-secret-word'));
  assert.ok(
    finding?.wire.some(({ text }) => text.includes('"mining.authorize","params":["alice.rig","***","***"]')),
  );
});

test('lines that came before the first check are in its conversation', async (context) => {
  const findings = await runMinerProbe(
    { ...OPTIONS, limits: { ...OPTIONS.limits, answerMs: 300 } },
    {
      checks: [check('first', async (probe) => pass(String((await probe.session()).authorized)))],
      onListening: (_host, port) => {
        const stranger = connect(port, '127.0.0.1', () =>
          stranger.write('hello\n{"id":7,"method":"hello","params":[]}\n'),
        );
        context.after(() => stranger.destroy());
      },
    },
  );
  const [first] = findings;
  assert.equal(first?.outcome, 'fail', first?.came);
  assert.deepEqual(
    first?.wire.filter(({ from }) => from === 'peer').map(({ text }) => text),
    ['(a line of 5 bytes that is not shown: no JSON object)', '{"id":7,"method":"hello","params":[]}'],
  );
});

test('a connection that says nothing is not a miner, and the finding says that it came', async (context) => {
  const findings = await runMinerProbe(
    { ...OPTIONS, waitMs: 500 },
    {
      checks: [check('first', async () => pass('never asked'))],
      onListening: (_host, port) => {
        const silent = connect(port, '127.0.0.1');
        context.after(() => silent.destroy());
      },
    },
  );
  assert.deepEqual(outcomes(findings), [
    ['first', 'cannot_tell', 'a connection came and has not said a line within 0.5 s: a miner speaks first'],
  ]);
});

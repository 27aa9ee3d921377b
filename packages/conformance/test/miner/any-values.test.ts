import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { MINER_PROBE_LIMITS, runMinerProbe } from '../../src/index.ts';
import type { MinerCheck } from '../../src/miner/check.ts';
import type { MinerDialect } from '../../src/miner/dialect.ts';
import { MinerSession } from '../../src/miner/probe/miner-session.ts';
import { Vardiff } from '../../src/miner/probe/vardiff.ts';
import { Datasets } from '../../src/miner/truestratum/datasets.ts';
import { TrueStratumMinerDialect } from '../../src/miner/truestratum/dialect.ts';
import { ZcashMinerDialect } from '../../src/miner/zcash/dialect.ts';
import { pass } from '../../src/report/finding.ts';
import { connected } from './connected.ts';
import { ScriptedMiner, SMALL } from './scripted-miner.ts';

const METHODS = [
  'mining.subscribe',
  'mining.authorize',
  'mining.submit',
  'mining.seedhash',
  'mining.extranonce.subscribe',
  'mining.suggest_target',
  'mining.configure',
  'mining.nothing',
];
/** JSON objects that break JavaScript's conversion of an object to a text or a number. */
const CUNNING = ['toString', 'valueOf', 'toJSON', '__proto__', 'length'].map((name) =>
  JSON.parse(`{${JSON.stringify(name)}:1}`),
);
const JOB = 'the-job';
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(...CUNNING, 'alice', JOB, '00000000', '7', null, 1e300, ''),
);
const params = fc.oneof(
  fc.array(value, { maxLength: 6 }),
  // These parameters reach the judgement of the work.
  fc.array(value, { maxLength: 4 }).map((rest) => ['alice', JOB, ...rest]),
);
const call = fc.record({
  id: fc.constantFrom<unknown>(1, 'x', null, 1.5),
  method: fc.constantFrom(...METHODS),
  params,
});

async function seated(context: TestContext, dialect: MinerDialect): Promise<[MinerSession, Socket]> {
  const { connection, miner } = await connected(context, 300);
  const limits = MINER_PROBE_LIMITS;
  const vardiff = new Vardiff({ paceMs: limits.paceMs }, { dialect });
  const session = new MinerSession({}, { connection, dialect, limits, vardiff, nextJob: () => 1 });
  context.after(() => session.close());
  miner.resume();
  return [session, miner];
}

for (const dialect of [new ZcashMinerDialect(SMALL), new TrueStratumMinerDialect(new Datasets())]) {
  test(`whatever a miner sends in whatever method, the probe judges it and goes on: ${dialect.name}`, async (context) => {
    const [session, miner] = await seated(context, dialect);
    miner.write('{"id":1,"method":"mining.subscribe","params":[]}\n');
    miner.write('{"id":2,"method":"mining.authorize","params":["alice","x"]}\n');
    assert.ok(await session.loggedIn());
    // The target is so hard that nonces are not shares by chance. At the first target one in 128 would be.
    session.sendJob({ id: JOB, target: 1n });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 10 }), async (calls) => {
        const wanted = session.connection.received.length + calls.length;
        miner.write(calls.map((one) => `${JSON.stringify(one)}\n`).join(''));
        await session.connection.until(() => session.connection.received.length >= wanted, 10_000);
        assert.equal(session.connection.closed, undefined);
        assert.equal(session.connection.received.length, wanted);
      }),
      { numRuns: 200 },
    );
    assert.ok(session.submissions.every(({ verdict }) => !verdict.valid));
  });
}

test('a login and a share without a text of their own do not cost a finding: the run goes on with the miner', async (context) => {
  const words = { title: '', rules: [], sent: '', expected: '' };
  const mines = (id: string): MinerCheck => ({
    id,
    group: 'conformance',
    dialects: ['zcash'],
    ...words,
    run: async (probe) => {
      await probe.share(await probe.session());
      return pass('it mines');
    },
  });
  const cunning: MinerCheck = {
    ...mines('cunning'),
    run: async (probe) => {
      const session = await probe.login(await probe.nextSession({}));
      session.sendJob({ id: JOB });
      const share = await session.submission();
      session.close();
      return pass(share === undefined || share.verdict.valid ? 'no refusal' : share.verdict.fault);
    },
  };
  const findings = await runMinerProbe(
    { host: '127.0.0.1', port: 0, dialect: 'zcash', equihash: SMALL },
    {
      checks: [cunning, mines('after')],
      onListening: (_host, port) => {
        const first = connect(port, '127.0.0.1');
        first.on('error', () => {});
        const request = (method: string, params: readonly unknown[]) =>
          first.write(`${JSON.stringify({ id: 1, method, params })}\n`);
        request('mining.subscribe', ['m', null, '127.0.0.1', port]);
        request('mining.authorize', [{ toString: 1 }, 'x']);
        request('mining.authorize', ['w', 'x']);
        let text = '';
        let sent = false;
        first.on('data', (chunk) => {
          text += String(chunk);
          if (!text.includes(JOB) || sent) return;
          sent = true;
          request('mining.submit', ['w', JOB, { toString: 1 }, '00', '00']);
        });
        first.on('close', () => {
          const miner = new ScriptedMiner({ port, dialect: 'zcash' });
          context.after(() => miner.die());
        });
      },
    },
  );
  assert.deepEqual(
    findings.map(({ outcome, came }) => `${outcome}: ${came}`),
    ['pass: its time is not 8 hex digits', 'pass: it mines'],
  );
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { chosenChecks, type Finding, MINER_CHECKS, runMinerProbe } from '@adit/conformance';
import { TrueMiner, ZcashMiner } from '@adit/miner';
import { parseStratumUrl } from '@adit/net';

const SMALL = { n: 48, k: 5, personalization: 'ZcashPoW' };
/** Waits for what must not come are shorter than for strange miners; those for what must come only end the run. */
const LIMITS = { quietMs: 400, silentMs: 1_000, paceMs: 50 };

async function probe(context: TestContext, dialect: 'zcash' | 'truestratum'): Promise<readonly Finding[]> {
  let ended: Promise<unknown> | undefined;
  let stop: (() => Promise<void>) | undefined;
  const findings = await runMinerProbe(
    { host: '127.0.0.1', port: 0, dialect, equihash: SMALL, limits: LIMITS },
    {
      onListening: (host, port) => {
        const options = {
          url: parseStratumUrl(`stratum+tcp://alice.rig:a-secret-word@${host}:${port}`),
          threads: 1,
          agent: 'adit/test',
          brokenPauseMs: 100,
          seedsPauseMs: 100,
        };
        const modules = { onEvent: () => {}, random: () => 0 };
        const miner =
          dialect === 'zcash'
            ? new ZcashMiner({ ...options, equihash: SMALL }, modules)
            : new TrueMiner(options, modules);
        ended = miner.run().then(
          () => undefined,
          (error: unknown) => error,
        );
        stop = () => miner.stop();
        context.after(stop);
      },
    },
  );
  // The last check refuses the worker, which had been let in before: the miner goes on trying until it is stopped.
  await stop?.();
  assert.equal(await ended, undefined);
  return findings;
}

test('our own miners pass all that a miner can be asked', { concurrency: true }, async (context) => {
  const dialects = ['zcash', 'truestratum'] as const;
  await Promise.all(
    dialects.map((dialect) =>
      context.test(dialect, async (context) => {
        const findings = await probe(context, dialect);
        assert.deepEqual(
          findings
            .filter(({ outcome }) => outcome !== 'pass')
            .map(({ id, outcome, came }) => `${id}: ${outcome}: ${came}`),
          [],
        );
        assert.deepEqual(
          findings.map(({ id }) => id),
          chosenChecks(MINER_CHECKS, { dialect }).map(({ id }) => id),
        );
        assert.ok(!JSON.stringify(findings).includes('a-secret-word'));
      }),
    ),
  );
});

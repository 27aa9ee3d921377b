import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import {
  chosenChecks,
  type Finding,
  findingText,
  POOL_CHECKS,
  PROBE_LIMITS,
  runPoolProbe,
} from '@adit/conformance';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import type { TrueChainOptions, ZcashChainOptions } from '@adit/pool';
import type { Dialect } from '@adit/stratum';
import { type RunningPool, SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';

/** What `d=` in a password means: so many hashes. */
const weightOfDifficulty = (difficulty: string) => BigInt(Math.max(1, Math.round(Number(difficulty))));

/** As an operator sets it up who has put the address of the probe on `bans.allow`. */
async function poolFor(
  context: TestContext,
  chain: ZcashChainOptions | TrueChainOptions,
): Promise<RunningPool> {
  const running = await startPool(temporaryFolder(context), [chain], { neverBan: ['127.0.0.1'] });
  context.after(() => running.pool.stop());
  return running;
}

/** All questions of a dialect; `job` makes a new job for those that wait for one. */
async function ask(
  context: TestContext,
  running: RunningPool,
  dialect: Dialect,
  move: { block(): void; refresh(): void },
  only?: readonly string[],
): Promise<Finding[]> {
  const timers: NodeJS.Timeout[] = [];
  const stop = () => {
    for (const timer of timers.splice(0)) clearInterval(timer);
  };
  context.after(stop);
  // Nothing changes a target of TrueStratum but a new header: its next id comes when the last one is old.
  const jobMs = dialect === 'truestratum' ? {} : { jobMs: 30_000 };
  return await runPoolProbe(
    {
      host: '127.0.0.1',
      port: running.portOf(dialect === 'zcash' ? 'zcash' : 'truechain'),
      dialect,
      worker: 'probe.1',
      password: 'x',
      equihash: SMALL.equihash,
      aggressive: true,
      ...(only === undefined ? {} : { only }),
      agent: 'adit-probe/test',
      limits: { ...PROBE_LIMITS, answerMs: 10_000, staleMs: 3_000, ...jobMs },
    },
    {
      // Shares of the other checks must not become stale under way: the chain moves only for those about jobs.
      onBegin: ({ id }) => {
        stop();
        // Fruits change a header when chance will, which is too late for the check of job ids on a busy machine.
        if (/stale|block|job-id-new/.test(id)) timers.push(setInterval(() => move.block(), 1_000));
        else if (/job|price/.test(id)) timers.push(setInterval(() => move.refresh(), 1_000));
      },
      onFinding: (finding) => {
        if (finding.outcome !== 'pass') context.diagnostic(findingText(finding));
      },
    },
  );
}

const TRUE_CHECKS = POOL_CHECKS.filter(({ dialects }) => dialects.includes('truestratum')).map(
  ({ id }) => id,
);

/** What did not pass, as `outcome id`. */
function rest(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ id, outcome }) => (outcome === 'pass' ? [] : [`${outcome} ${id}`]));
}

// Most of their time is spent waiting.
describe('the probe asks our own pools', { concurrency: true }, () => {
  test('our Zcash pool keeps every rule and stands every attack that the probe knows', async (context) => {
    const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 246n, mempoolSeconds: 0 });
    context.after(() => devnet.close());
    const running = await poolFor(context, {
      ...zcashPool([devnet.url], { startWeight: 8n, weightOfDifficulty }),
      refreshMs: 1_000,
    });
    const findings = await ask(context, running, 'zcash', {
      block: () => void devnet.mineBlock(),
      refresh: () => devnet.refreshMempool(),
    });
    assert.deepEqual(rest(findings), []);
  });

  // Some of them wait for a job under another id, which comes after most of a minute: a third of them at each of three pools.
  for (const part of [0, 1, 2])
    test(`our TrueStratum pool keeps every rule and stands every attack that the probe knows, part ${part + 1} of 3`, async (context) => {
      const own = TRUE_CHECKS.filter((_, i) => i % 3 === part);
      const devnet = await startTrueChainDevnet({ difficulty: 1n << 20n, fruitDifficulty: 512n });
      context.after(() => devnet.close());
      const running = await poolFor(
        context,
        trueChainPool(devnet.url, { startWeight: 64n, weightOfDifficulty }),
      );
      const findings = await ask(
        context,
        running,
        'truestratum',
        {
          block: () => void devnet.mineBlock(),
          refresh: () => {},
        },
        own,
      );
      assert.equal(findings.length, own.length);
      // Our pool asks for no version. Fruits change the header while the checks run, when chance will: what two of them need is
      // that it changes, and that it does not.
      const untold = [
        'not_applicable true-get-version',
        // Where nonces are bound to nobody no wish has an effect.
        'not_applicable true-one-price',
        'cannot_tell true-job-not-clean',
        'cannot_tell true-job-same-header',
      ];
      assert.deepEqual(
        rest(findings).filter((line) => !untold.includes(line)),
        [],
      );
    });

  test('our TrueStratum pool has one target for a header also where each connection has one of its own', async (context) => {
    const devnet = await startTrueChainDevnet({ difficulty: 1n << 20n, fruitDifficulty: 512n });
    context.after(() => devnet.close());
    const options = { startWeight: 64n, strictPrefix: true, weightOfDifficulty };
    const running = await poolFor(context, trueChainPool(devnet.url, options));
    const block = () => void devnet.mineBlock();
    const findings = await ask(context, running, 'truestratum', { block, refresh: block }, [
      'true-one-price',
    ]);
    assert.deepEqual(rest(findings), []);
  });

  test('our Zcash pool keeps the rules about targets where the node takes no other coinbase than its own', async (context) => {
    const devnet = await startZcashDevnet({
      chain: SMALL,
      initialTarget: 1n << 246n,
      mempoolSeconds: 0,
      coinbaseScript: 'fixed',
    });
    context.after(() => devnet.close());
    const running = await poolFor(context, {
      ...zcashPool([devnet.url], { startWeight: 8n, weightOfDifficulty }),
      refreshMs: 1_000,
    });
    const about = /price|wish|target|suggest|difficulty|job|resume|extranonce/;
    const only = chosenChecks(POOL_CHECKS, { dialect: 'zcash' }).flatMap(({ id }) =>
      about.test(id) ? [id] : [],
    );
    const block = () => void devnet.mineBlock();
    const refresh = () => devnet.refreshMempool();
    const findings = await ask(context, running, 'zcash', { block, refresh }, only);
    // A wish waits there until a whole tip has passed.
    const waits = ['not_applicable zcash-one-price'];
    assert.deepEqual(
      rest(findings).filter((line) => !waits.includes(line)),
      [],
    );
  });
});

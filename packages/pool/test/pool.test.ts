import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { Pool, type PoolEvent } from '@adit/pool';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import Database from 'better-sqlite3';

const NOWHERE = 'http://127.0.0.1:1';

/** The output of a process that makes a failing pool and then ends by itself. */
function codeOfFailing(fault: 'construct' | 'start', context: TestContext): string {
  const script = path.join(import.meta.dirname, 'support', 'failing-pool.ts');
  const args = ['--conditions=adit-source', script, fault, temporaryFolder(context)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(status, 0, `it did not end by itself: ${stderr}`);
  return stdout;
}

test('a start that fails half-way leaves no thread and no port behind', (context) => {
  assert.equal(codeOfFailing('start', context), 'ADIT_CANNOT_LISTEN');
});

test('a pool that cannot be made leaves no thread behind', (context) => {
  assert.equal(codeOfFailing('construct', context), 'ADIT_BAD_OPTION');
});

test('leases that cannot be renewed are a problem, not the end of the process', async (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const data = temporaryFolder(context);
  const { pool, events } = await startPool(data, [zcashPool([NOWHERE])]);
  const meddler = new Database(path.join(data, 'leases.db'));
  meddler.exec('DROP TABLE block');
  meddler.close();
  context.mock.timers.tick(300_000);
  await until('it is said', () =>
    events.some((event) => event.kind === 'problem' && /no such table/.test(event.detail)),
  );
  await pool.stop();
});

test('a listener that throws changes nothing for miners', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  const heard = new Set<PoolEvent['kind']>();
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  const pool = new Pool(
    { dataFolder: data, verifierThreads: 1, chains: [zcashPool([devnet.url])] },
    {
      onEvent: ({ kind }) => {
        heard.add(kind);
        throw new Error('the log is full');
      },
    },
  );
  await pool.start();
  context.after(async () => {
    process.off('warning', onWarning);
    await pool.stop();
    await devnet.close();
  });
  const rig = await ZcashRig.connect(pool.portNumbers.get('zcash') ?? 0, SMALL.equihash);
  assert.equal((await rig.submit(await rig.solve((value, target) => value <= target))).result, true);
  for (const kind of ['connected', 'authorized', 'share_accepted'] as const) assert.ok(heard.has(kind), kind);
  await until('a warning', () => warnings.some(({ message }) => message.includes('the log is full')));
});

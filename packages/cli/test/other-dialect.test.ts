import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { runAdit } from '@adit/test-kit/pool-process';
import { SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';

/** Mines until `adit miner` ends. */
async function mine(context: TestContext, port: number, options: readonly string[]) {
  const url = `stratum+tcp://alice.rig:x@127.0.0.1:${port}`;
  return await runAdit(
    ['miner', '--url', url, '--network', SMALL.name, ...options],
    temporaryFolder(context),
  );
}

test('adit miner at a port of the other dialect ends, and says which --dialect is right', async (context) => {
  const zcash = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  context.after(() => zcash.close());
  const truechain = await startTrueChainDevnet({});
  context.after(() => truechain.close());
  const chains = [zcashPool([zcash.url]), trueChainPool(truechain.url)];
  const { pool, portOf } = await startPool(temporaryFolder(context), chains);
  context.after(() => pool.stop());
  assert.ok(await pool.whenWorking(60_000));
  const asTrue = await mine(context, portOf('zcash'), ['--dialect', 'truestratum']);
  assert.deepEqual(
    [asTrue.status, asTrue.err],
    [1, 'adit: this pool speaks the Zcash dialect: say --dialect zcash\n'],
  );
  // Without --dialect it is that of Zcash.
  const asZcash = await mine(context, portOf('truechain'), []);
  assert.deepEqual(
    [asZcash.status, asZcash.err],
    [1, 'adit: this pool speaks TrueStratum: say --dialect truestratum\n'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { Duplicates } from '../src/shares/duplicates.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);
const TARGET = 1n << 240n;

test('a share is credited once by two chains of one network', async (context) => {
  const data = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 248n, mempoolSeconds: 0 });
  const chains = ['main', 'spare'].map((name) => ({ ...zcashPool([devnet.url], { name }), name }));
  const { pool, portOf } = await startPool(data, chains);
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  const rigs = await Promise.all(
    ['main', 'spare'].map((name) => ZcashRig.connect(portOf(name), SMALL.equihash, `${name}.rig`)),
  );
  const [main, spare] = rigs;
  assert.ok(main !== undefined && spare !== undefined);
  const share = await main.solve((value, target) => value > 1n << 248n && value <= target);
  const [jobId] = await spare.job();
  assert.equal((await main.submit(share)).result, true);
  // Both chains have their work from one node, so the header is the same.
  assert.equal((await spare.submit(share, { jobId: String(jobId) })).result, null);
  assert.deepEqual(
    readShares(data).map(({ network, chain }) => [network, chain]),
    [[SMALL.name, 'main']],
  );
});

test('chains of one network share their duplicates, and a group lives while one of them has its work', () => {
  const one = new Duplicates({ journaled: async () => [] });
  const two = one.shared();
  one.open('tip');
  two.open('tip');
  assert.equal(one.claim('tip', digest(1), TARGET), 'new');
  assert.equal(two.claim('tip', digest(1), TARGET), 'known');
  one.close('tip');
  one.close('tip');
  assert.equal(two.claim('tip', digest(1), TARGET), 'known');
  two.close('tip');
  two.open('tip');
  assert.equal(two.claim('tip', digest(1), TARGET), 'new');
});

import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

test('a pool with two devnets, of which one follows the other, goes on when the first one is killed', async (context) => {
  const first = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0 });
  const second = await startZcashDevnet({ chain: SMALL, mempoolSeconds: 0, follow: first.url });
  context.after(() => second.close());
  const { pool, portOf } = await startPool(temporaryFolder(context), [zcashPool([first.url, second.url])]);
  context.after(() => pool.stop());
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  context.after(() => rig.client.close());
  const mineBlock = async () => {
    await rig.job();
    const share = await rig.solve(() => true);
    return (await rig.submit(share)).result === true;
  };
  await until(
    'a block is found on both',
    async () => (await mineBlock()) && second.height >= 1 && first.height >= 1,
    120,
  );
  await first.close();
  const before = second.height;
  await until(
    'the second devnet has the next block',
    async () => (await mineBlock()) && second.height > before,
    120,
  );
});

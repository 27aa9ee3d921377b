import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL } from '@adit/test-kit/pools';
import { STRATEGIES } from '../one-price/zcash-sockets.ts';
import { zcashScene } from './setup.ts';

/** Solutions for each strategy here; `npm run one-price` takes 20,000. */
const WORK = 400;
const PORT = {
  startWeight: 4n,
  minWeight: 2n,
  maxWeight: 128n,
  weightOfDifficulty: (text: string) => BigInt(Math.trunc(Number(text))),
};

for (const [name, strategy] of Object.entries(STRATEGIES)) {
  test(`T08: ${name}: nobody is credited more than he works`, async (context) => {
    // A block would make everything stale that was hashed before it.
    const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
    const scene = await zcashScene(context, { port: PORT, devnet });
    context.after(() => devnet.close());
    const { work, credit, error, met, kept } = await strategy(scene, WORK);
    assert.ok(met > 0);
    assert.equal(kept, met, 'what met the target that was told before its job is kept, and nothing else');
    assert.ok(credit / work <= 1 + 4 * error, `${credit} for ${work}: more than ${1 + 4 * error}`);
    const targets = new Map<string, bigint>();
    for (const { workId, worker, shareTarget } of scene.shares()) {
      const key = `${workId} ${worker.split('.')[0]}`;
      assert.ok(
        (targets.get(key) ?? shareTarget) === shareTarget || scene.pool.connections > 1,
        'one work, two targets',
      );
      targets.set(key, shareTarget);
    }
  });
}

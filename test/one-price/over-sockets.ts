import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { SMALL } from '@adit/test-kit/pools';
import { zcashScene } from '../attacks/setup.ts';
import { type Balance, STRATEGIES } from './zcash-sockets.ts';

/** Each strategy against a pool of its own, over real sockets. @param work solutions for each */
export async function runOverSockets(work: number): Promise<(Balance & { readonly name: string })[]> {
  const results: (Balance & { readonly name: string })[] = [];
  for (const [name, strategy] of Object.entries(STRATEGIES)) {
    // The scene cleans up behind a test: this is one.
    await test(name, async (context) => {
      // A block would make everything stale that was hashed before it.
      const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
      const scene = await zcashScene(context, {
        devnet,
        port: {
          startWeight: 4n,
          minWeight: 2n,
          maxWeight: 128n,
          weightOfDifficulty: (text: string) => BigInt(Math.trunc(Number(text))),
        },
      });
      context.after(() => devnet.close());
      results.push({ name, ...(await strategy(scene, work)) });
    });
  }
  return results;
}

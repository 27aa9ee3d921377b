import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { DevnetNode } from './integration/zebra/devnet-node.ts';
import { PoolSite } from './integration/zebra/pool-site.ts';
import {
  killedNodeForgets,
  reorganisation,
  restartWithNewCookie,
  type Stage,
  targetAtOnce,
} from './integration/zebra/scenarios.ts';

/** The pool as a process, on a devnet with Zebra's habits: what `npm run integration -- zebra` does with a real one. */
async function stageOf(context: TestContext): Promise<Stage> {
  const folder = temporaryFolder(context);
  const node = await DevnetNode.make(folder, SMALL);
  context.after(() => node.stop());
  const pool = await PoolSite.start({
    folder: path.join(folder, 'pool'),
    network: SMALL.name,
    nodes: [node],
  });
  context.after(() => pool.stop());
  return { node, pool };
}

test('with a double of Zebra: restarts with a new cookie, reorganisations and forgotten blocks need no hand', async (context) => {
  const stage = await stageOf(context);
  for (const scenario of [targetAtOnce, restartWithNewCookie, reorganisation, killedNodeForgets])
    context.diagnostic(`${scenario.name}: ${await scenario(stage)}`);
});

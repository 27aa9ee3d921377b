import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStatus } from '../../../chain/src/status.ts';
import { coinbaseTextOf } from '../../../chain/src/zcash/coinbase-script.ts';
import { withCoinbaseText } from '../../../chain/src/zcash/coinbase-text.ts';
import type { ProposalVerdict } from '../../../chain/src/zcash/node.ts';
import { branchOf } from '../../../chain/src/zcash/proposal.ts';
import { submitToAll } from '../../../chain/src/zcash/submit-block.ts';
import type { ZcashWork } from '../../../chain/src/zcash/work.ts';
import { ZcashWorkSource } from '../../../chain/src/zcash/work-source.ts';
import { CHAIN, minedBlock, type Rig, withDevnet } from './mining.ts';

const START = 10;
const NU7 = 13;

/** Follows a devnet with a work source, and counts its proposals. */
async function following(
  rig: Rig,
  use: (run: {
    next: (height: number) => Promise<ZcashWork>;
    proposals: () => number;
    statuses: NodeStatus[];
  }) => Promise<void>,
): Promise<void> {
  let proposals = 0;
  const { node } = rig;
  const propose = node.propose.bind(node);
  node.propose = (block: Uint8Array): Promise<ProposalVerdict> => {
    proposals += 1;
    return propose(block);
  };
  const statuses: NodeStatus[] = [];
  let wanted = { height: 0, give: (_work: ZcashWork): void => {} };
  const source = new ZcashWorkSource(
    { chain: CHAIN, minimumPollMs: 100 },
    {
      nodes: [node],
      onWork: (work) => {
        if (work.height === wanted.height) wanted.give(work);
      },
      onStatus: (status) => statuses.push(status),
    },
  );
  /** The first work of a height. */
  const next = (height: number): Promise<ZcashWork> =>
    new Promise((give) => {
      wanted = { height, give };
      if (source.current?.height === height) give(source.current);
    });
  source.start();
  try {
    await use({ next, proposals: () => proposals, statuses });
  } finally {
    await source.stop();
  }
}

for (const coinbaseVersion of [4, 5, 6] as const) {
  test(`varied works are mined across an upgrade, proven once on each side of it (version ${coinbaseVersion})`, async () => {
    await withDevnet({ startHeight: START, nu7Height: NU7, coinbaseVersion }, async (rig) => {
      await following(rig, async ({ next, proposals }) => {
        const counted: number[] = [];
        const branches = new Set<string>();
        for (let height = START + 1; height <= NU7 + 2; height += 1) {
          const work = await next(height);
          assert.ok(work.variation !== undefined);
          branches.add(branchOf(work));
          const text = coinbaseTextOf('a pool', new Uint8Array(8).fill(height));
          const { accepted } = await submitToAll([rig.node], minedBlock(withCoinbaseText(work, text)));
          assert.ok(accepted);
          counted.push(proposals());
        }
        // Two proposals for each branch: the template as it is, and one with a text.
        assert.deepEqual(counted, [2, 2, 4, 4, 4]);
        assert.equal(branches.size, 2);
        assert.equal(rig.devnet.acceptedBlocks, 5);
      });
    });
  });
}

test('works of a node with a fixed script are opaque and still mined, and the status says why', async () => {
  await withDevnet({ startHeight: START, nu7Height: NU7, coinbaseScript: 'fixed' }, async (rig) => {
    await following(rig, async ({ next, statuses }) => {
      for (let height = START + 1; height <= NU7 + 1; height += 1) {
        const work = await next(height);
        assert.equal(work.variation, undefined);
        assert.ok((await submitToAll([rig.node], minedBlock(work))).accepted);
      }
      const said = statuses.filter(({ detail }) => /does not take another text: coinbase-text/.test(detail));
      assert.equal(said.length, 2, 'once in each branch');
      assert.ok(statuses.every(({ state }) => state === 'ready'));
    });
  });
});

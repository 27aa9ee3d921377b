import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStatus } from '../../../chain/src/status.ts';
import { confirmBlock } from '../../../chain/src/zcash/confirmation.ts';
import { displayHash, type ZcashNode } from '../../../chain/src/zcash/node.ts';
import { submitToAll } from '../../../chain/src/zcash/submit-block.ts';
import type { ZcashWork } from '../../../chain/src/zcash/work.ts';
import { ZcashWorkSource } from '../../../chain/src/zcash/work-source.ts';
import { startZcashDevnet } from '../../src/zcash/devnet.ts';
import { CHAIN, minedBlock, withDevnet } from './mining.ts';

interface Change {
  work: ZcashWork;
  newTip: boolean;
}

/** Items that have arrived and have not been read yet. */
class Inbox<T> {
  readonly #items: T[] = [];
  #wake = (): void => {};

  readonly put = (item: T): void => {
    this.#items.push(item);
    this.#wake();
  };

  /** The next item that satisfies the condition; earlier ones are dropped. */
  async next(wanted: (item: T) => boolean): Promise<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined && wanted(item)) return item;
      if (item === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

/** Follows one node, and lets the test wait for a work or a status. */
async function following(
  node: ZcashNode,
  use: (work: Inbox<Change>, statuses: Inbox<NodeStatus>) => Promise<void>,
): Promise<void> {
  const changes = new Inbox<Change>();
  const statuses = new Inbox<NodeStatus>();
  const source = new ZcashWorkSource(
    { chain: CHAIN, minimumPollMs: 100 },
    { nodes: [node], onWork: (work, { newTip }) => changes.put({ work, newTip }), onStatus: statuses.put },
  );
  source.start();
  try {
    await use(changes, statuses);
  } finally {
    await source.stop();
  }
}

test('the work source and a real HTTP node: template, proof, block, new tip, confirmation', async () => {
  await withDevnet({}, async ({ devnet, node }) => {
    await following(node, async (changes) => {
      const { work } = await changes.next(() => true);
      const outcome = await submitToAll([node], minedBlock(work));
      assert.equal(outcome.accepted, true);
      const tip = await changes.next(({ newTip }) => newTip);
      assert.equal(tip.work.height, 2);
      // The template is empty at first if the long poll was waiting already.
      const full = tip.work.empty ? await changes.next(({ newTip }) => !newTip) : tip;
      assert.equal(full.work.transactions.length, 3);
      const hash = displayHash(tip.work.prevHash);
      assert.deepEqual(await confirmBlock([node], hash, 1), {
        state: 'best_chain',
        confirmations: 1,
        answered: 1,
        decided: true,
        tip: 1,
      });
      devnet.reorg(1);
      const after = await changes.next(({ newTip }) => newTip);
      assert.notEqual(displayHash(after.work.prevHash), hash);
      assert.equal((await confirmBlock([node], hash, 1)).state, 'side_chain');
    });
  });
});

test('the source refuses a stale template and recovers by itself', async () => {
  await withDevnet({ startHeight: 9 }, async ({ devnet, node }) => {
    devnet.mineBlock();
    await following(node, async (changes, statuses) => {
      assert.equal((await changes.next(() => true)).work.height, 11);
      devnet.staleTemplate(1);
      await statuses.next(({ state }) => state === 'lying');
      devnet.mineBlock();
      assert.equal((await changes.next(() => true)).work.height, 12);
      await statuses.next(({ state }) => state === 'ready');
    });
  });
});

test('the source finds a node that restarts on its port with its chain', async () => {
  await withDevnet({}, async ({ devnet, node, clock }) => {
    await following(node, async (changes, statuses) => {
      await changes.next(() => true);
      const state = devnet.exportState();
      const port = Number(new URL(devnet.url).port);
      await devnet.close();
      await statuses.next((status) => status.state === 'down');
      const second = await startZcashDevnet({
        chain: CHAIN,
        port,
        state,
        now: () => clock.seconds,
        mempoolSeconds: 0,
      });
      try {
        second.mineBlock();
        assert.equal((await changes.next(({ newTip }) => newTip)).work.height, 2);
        await statuses.next((status) => status.state === 'ready');
      } finally {
        await second.close();
      }
    });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SubmitAnswer, ZcashNode } from '@adit/chain';
import { RpcError } from '@adit/rpc';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import type { PoolEvent } from '../src/events.ts';
import { zcashCandidateChain } from '../src/zcash/candidates.ts';

const HASH = 'ab'.repeat(32);
const HEIGHT = 177;
const BLOCK: Candidate = {
  chain: 'zcash',
  what: 'block',
  id: HASH,
  height: HEIGHT,
  worker: 'alice',
  foundAtMs: 0,
  payload: 'aabb',
  answers: [],
  state: 'pending',
};

/** A node that has the block as its tip once it has it. Its only sign is that it answers `duplicate` to that block. */
class Node {
  readonly name = 'zebra';
  has = false;
  notReady = 0;
  submissions = 0;

  async submitBlock(): Promise<SubmitAnswer> {
    this.submissions += 1;
    if (this.notReady > 0) {
      this.notReady -= 1;
      throw new RpcError('zebra', 'submitblock', 0, 'service not ready');
    }
    if (this.has) return { kind: 'duplicate', raw: 'duplicate' };
    this.has = true;
    return { kind: 'accepted', raw: null };
  }

  async getBlockCount(): Promise<number> {
    return this.has ? HEIGHT : HEIGHT - 1;
  }

  async getBlockHeader(): Promise<{ confirmations: number; height: number } | undefined> {
    return this.has ? { confirmations: 1, height: HEIGHT } : undefined;
  }

  async getBlockHash(height: number): Promise<string | undefined> {
    return this.has && height === HEIGHT ? HASH : undefined;
  }
}

for (const how of ['in the same life', 'after a restart of the pool'] as const) {
  test(`a node that was killed and forgot a block gets the block again, ${how}`, async (context) => {
    const node = new Node();
    const events: PoolEvent[] = [];
    const folder = temporaryFolder(context);
    let store = new CandidateStore(folder);
    const follow = () =>
      new Candidates({
        store,
        onEvent: (event) => events.push(event),
        chain: {
          ...zcashCandidateChain({ nodes: [node as unknown as ZcashNode], confirmations: 100 }),
          watchMs: 5,
        },
      });
    let candidates = follow();
    candidates.start([]);
    candidates.found(BLOCK);
    const onChain = () =>
      events.some((event) => event.kind === 'block_state' && event.state === 'best_chain');
    await until('it is on the chain', onChain);
    assert.equal(node.submissions, 1);
    if (how === 'after a restart of the pool') {
      await candidates.stop();
      store = new CandidateStore(folder);
      candidates = follow();
      candidates.start(await store.unfinished(() => assert.fail()));
    }
    node.has = false;
    await until('it is handed in again', () => node.has);
    await candidates.stop();
    assert.equal(events.filter(({ kind }) => kind === 'block_submitted').length, 1);
    assert.ok(events.some((event) => event.kind === 'problem' && event.cause === 'block_lost'));
  });
}

test('a node that is not ready has not refused the block, and gets it again as soon as it is ready', async (context) => {
  const node = new Node();
  node.notReady = 1;
  const events: PoolEvent[] = [];
  const candidates = new Candidates({
    store: new CandidateStore(temporaryFolder(context)),
    onEvent: (event) => events.push(event),
    chain: zcashCandidateChain({ nodes: [node as unknown as ZcashNode], confirmations: 100 }),
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await until('the node has it', () => node.has);
  await candidates.stop();
  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'block_submitted' ? [event.outcome] : [])),
    ['accepted'],
  );
});

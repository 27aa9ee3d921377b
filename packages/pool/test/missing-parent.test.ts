import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ZcashNode } from '@adit/chain';
import { DevnetRpcServer, RpcFault } from '@adit/devnet';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import type { PoolEvent } from '../src/events.ts';
import { zcashCandidateChain } from '../src/zcash/candidates.ts';

const HEIGHT = 177;
const OURS = 'ab'.repeat(32);
const PARENT = '0c'.repeat(32);
const BLOCK: Candidate = {
  chain: 'z',
  what: 'block',
  id: OURS,
  height: HEIGHT,
  worker: 'alice',
  foundAtMs: 0,
  payload: `04000000${PARENT}${'00'.repeat(200)}`,
  answers: [],
  state: 'pending',
};

/** A node, with its answers to a block without its parent and to a block that it refuses. */
async function setUp(context: TestContext, words: string, judgement?: string) {
  const known = { parent: false, block: false, submissions: 0 };
  const unknown = () => new RpcFault(-5, 'Block not found');
  const tip = () => HEIGHT - 2 + (known.parent ? 1 : 0) + (known.block ? 1 : 0);
  const server = new DevnetRpcServer({}, (method: string, params: readonly unknown[]) => {
    if (method === 'getblockcount') return tip();
    if (method === 'getblockhash') {
      if (Number(params[0]) > tip()) throw unknown();
      return params[0] === HEIGHT ? OURS : PARENT;
    }
    if (method === 'getblockheader') {
      if (params[0] === PARENT && known.parent) return { confirmations: 1, height: HEIGHT - 1 };
      if (params[0] === OURS && known.block) return { confirmations: 1, height: HEIGHT };
      throw unknown();
    }
    assert.equal(method, 'submitblock');
    known.submissions += 1;
    if (!known.parent) return words;
    known.block = judgement === undefined;
    return judgement ?? null;
  });
  await server.start();
  const node = new ZcashNode({ url: server.url, retries: 0 });
  const outcomes: string[] = [];
  const candidates = new Candidates({
    store: new CandidateStore(temporaryFolder(context)),
    onEvent: (event: PoolEvent) => {
      if (event.kind === 'block_submitted') outcomes.push(event.outcome);
    },
    chain: { ...zcashCandidateChain({ nodes: [node], confirmations: 100 }), watchMs: 20 },
  });
  context.after(async () => {
    await candidates.stop();
    node.close();
    await server.close();
  });
  candidates.start([]);
  return { candidates, known, outcomes };
}

for (const words of [
  'bad-prevblk',
  'prev-blk-not-found',
  'stale-prevblk',
  'inconclusive-not-best-prevblk',
  'rejected',
  'a word of its own',
]) {
  test(`a node that lacks the parent and says "${words}" gets the block again when it has it`, async (context) => {
    const { candidates, known, outcomes } = await setUp(context, words);
    candidates.found(BLOCK);
    await until('it was handed in', () => known.submissions >= 1);
    // Let the effects of the first answer, and the pause after it, pass.
    await until('it was tried again', () => known.submissions >= 2);
    known.parent = true;
    await until('the node has it', () => known.block);
    await until('that is told', () => outcomes.includes('accepted'));
    assert.ok(!outcomes.includes('refused'));
  });
}

test('the second refusal of a node that has the parent is final', async (context) => {
  const { candidates, known, outcomes } = await setUp(context, '', 'high-hash');
  known.parent = true;
  candidates.found(BLOCK);
  await until('it is told', () => outcomes.length > 0);
  assert.deepEqual([outcomes, known.submissions], [['refused'], 2]);
});

test('a node that gets the parent between its refusal and the next question gets the block once more', async (context) => {
  const { candidates, known, outcomes } = await setUp(context, 'rejected');
  candidates.found(BLOCK);
  const before = known.submissions;
  await until('it was handed in', () => known.submissions > before);
  known.parent = true;
  await until('it is told', () => outcomes.length > 0);
  assert.deepEqual(outcomes, ['accepted']);
});

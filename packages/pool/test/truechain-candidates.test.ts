import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { TrueChainNode, type TrueChainWork } from '@adit/chain';
import { startTrueChainDevnet, type TrueChainDevnetEvent } from '@adit/devnet';
import { fruitHalf, TrueHashDataset, TrueHasher } from '@adit/pow';
import { until } from '@adit/test-kit/until';
import type { Candidate } from '../src/blocks/candidate-store.ts';
import { trueChainCandidate, trueChainCandidateChain } from '../src/truechain/candidates.ts';
import { FROM, trueEngine } from './support/engines.ts';

const OURS = `0x${'5a'.repeat(20)}`;
const OTHER = `0x${'6b'.repeat(20)}`;
const hasher = new TrueHasher(TrueHashDataset.epoch0());

/** A devnet on which every fourth nonce is a fruit, and the candidate chain for it. */
async function rig(context: TestContext) {
  const events: TrueChainDevnetEvent[] = [];
  const devnet = await startTrueChainDevnet({
    startNumber: 100,
    coinbase: OURS,
    fruitDifficulty: 4n,
    difficulty: 1n << 40n,
    fastBlockSeconds: 3600,
    onEvent: (event) => events.push(event),
  });
  const node = new TrueChainNode({ url: devnet.url, retries: 0 });
  context.after(async () => {
    node.close();
    await devnet.close();
  });
  const chain = trueChainCandidateChain({ nodes: [node], onSubmitted: () => {} });
  const answer = await node.getWork();
  if (answer === 'not_ready') throw new Error('the devnet has no work');
  const fruits = (coinbases: readonly string[] | undefined, count: number): Candidate[] => {
    const found: Candidate[] = [];
    for (let nonce = 0n; found.length < count; nonce += 1n) {
      const mix = hasher.hash(answer.headerHash, nonce);
      if (fruitHalf(mix) > answer.fruitTarget) continue;
      const work = {
        ...answer,
        snailNumber: 101,
        ...(coinbases && { coinbases }),
      } as unknown as TrueChainWork;
      const fruit = { chain: 'true', what: 'fruit', work, nonce, mix, worker: 'alice', now: 0 } as const;
      found.push(trueChainCandidate(fruit));
    }
    return found;
  };
  const stateOf = async (candidate: Candidate) => {
    await chain.refresh?.([candidate]);
    const fate = await chain.fate(candidate);
    return [fate?.state, fate?.confirmations];
  };
  return { devnet, events, chain, fruits, stateOf };
}

test('a fruit is found on the chain although the node mines for another address by then', async (context) => {
  const { devnet, chain, fruits, stateOf } = await rig(context);
  const [fruit] = fruits([OURS], 1);
  assert.ok(fruit);
  assert.deepEqual(fruit.coinbases, [OURS]);
  assert.equal((await chain.submit(fruit)).outcome, 'accepted');
  devnet.setEtherbase(OTHER);
  devnet.mineBlock();
  assert.deepEqual(await stateOf(fruit), ['best_chain', 1]);
  // For candidates of a version that did not keep the address, only the node's present address is known.
  const { coinbases: _, ...old } = fruit;
  assert.deepEqual(await stateOf(old), ['unknown', 0]);
  devnet.setEtherbase(OURS);
  assert.deepEqual(await stateOf(old), ['best_chain', 1]);
});

test('of many fruits of one header only one is handed in, and none is refused', async (context) => {
  const { devnet, events, chain, fruits } = await rig(context);
  const reports = await Promise.all(fruits([OURS], 50).map((fruit) => chain.submit(fruit)));
  const outcomes = reports.map(({ outcome }) => outcome);
  assert.deepEqual(outcomes, ['accepted', ...Array.from({ length: 49 }, () => 'superfluous')]);
  assert.equal(devnet.acceptedFruits, 1);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'refused' || kind === 'lost'),
    [],
  );
});

test('after a restart the pool knows a header that already has its fruit', async (context) => {
  const { events, chain, fruits } = await rig(context);
  const [first, second] = fruits([OURS], 2);
  assert.ok(first && second);
  chain.takeUp?.([{ ...first, state: 'submitted' }]);
  assert.equal((await chain.submit(second)).outcome, 'superfluous');
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'fruit'),
    [],
  );
});

test('a damaged file does not keep the pool from finding other candidates', async (context) => {
  const { devnet, chain, fruits } = await rig(context);
  const [fruit] = fruits([OURS], 1);
  assert.ok(fruit);
  const damaged = { ...fruit, id: 'damaged', payload: 'aabb' };
  chain.takeUp?.([damaged, fruit]);
  await chain.submit(fruit);
  devnet.mineBlock();
  await chain.refresh?.([damaged, fruit]);
  assert.equal((await chain.fate(fruit))?.state, 'best_chain');
  await assert.rejects(chain.fate(damaged));
});

test('many fruits of one header bring one to the node, and no refusal is reported', async (context) => {
  const { engine, devnet, events, job } = await trueEngine(context, { fruitDifficulty: 16n });
  for (let nonce = 0n; nonce < 400n; nonce += 1n) {
    const share = {
      worker: 'alice.rig',
      jobSequence: job.sequence,
      nonces: [nonce],
      target: (1n << 128n) / 8n,
      credited: (1n << 128n) / 8n,
      easiest: (1n << 128n) / 8n,
    };
    await engine.judge(share, FROM);
  }
  const told = () => events.flatMap((event) => (event.kind === 'block_submitted' ? [event.outcome] : []));
  const found = events.filter(({ kind }) => kind === 'block_found').length;
  await until('each is told of', () => told().length === found);
  assert.ok(found > 3);
  assert.deepEqual(
    told().filter((outcome) => outcome !== 'superfluous'),
    ['accepted'],
  );
  assert.equal(devnet.acceptedFruits, 1);
});

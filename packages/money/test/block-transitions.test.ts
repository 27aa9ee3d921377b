import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BlockEvidence,
  type BlockRules,
  type ChainEvidence,
  checkBlockRules,
} from '../src/blocks/block-evidence.ts';
import { BLOCK_MOVES, type BlockPosition, type BlockState, IS_VISITED } from '../src/blocks/block-state.ts';
import { judgeBlock } from '../src/blocks/block-transitions.ts';

const RULES: BlockRules = {
  confirmDepth: 10,
  matureDepth: 110,
  closedDepth: 1_000,
  lostDepth: 100,
  nodes: 2,
};
const STATES = Object.keys(IS_VISITED) as BlockState[];

function at(state: BlockState, more: Partial<BlockPosition> = {}): BlockPosition {
  return { state, generation: 1, expectedReward: 50n, acceptedReward: null, ...more };
}

function chain(
  place: ChainEvidence['place'],
  depth: number,
  more: Partial<ChainEvidence> = {},
): ChainEvidence {
  return { kind: 'chain', place, depth, nodes: 2, reward: 50n, ...more };
}

function outcome(block: BlockPosition, evidence: BlockEvidence, rules = RULES) {
  const { block: after, entries, alarm } = judgeBlock(block, evidence, rules);
  return [after.state, ...entries, ...(alarm === null ? [] : [`(${alarm})`])].join(' ');
}

test('a block on the best chain is credited when it is deep enough, owed when it is mature, and closed at last', () => {
  assert.equal(outcome(at('found'), chain('best', 1)), 'seen');
  assert.equal(outcome(at('seen'), chain('best', 9)), 'seen');
  assert.equal(outcome(at('seen'), chain('best', 10)), 'confirmed credit');
  assert.equal(outcome(at('confirmed'), chain('best', 109)), 'confirmed');
  assert.equal(outcome(at('confirmed'), chain('best', 110)), 'mature mature');
  assert.equal(outcome(at('mature'), chain('best', 999)), 'mature');
  assert.equal(outcome(at('mature'), chain('best', 1_000)), 'closed');
});

test('where nothing matures a block is owed in the step behind its credit', () => {
  const rules = { ...RULES, confirmDepth: 12, matureDepth: 12 };
  const { block, entries } = judgeBlock(at('seen'), chain('best', 12), rules);
  assert.deepEqual(entries, ['credit']);
  assert.equal(outcome(block, chain('best', 12), rules), 'mature mature');
});

for (const place of ['side', 'unknown'] as const) {
  test(`a block that is ${place} is lost before its credit, and orphaned after it, each time deep enough`, () => {
    assert.equal(outcome(at('found'), chain(place, 99)), 'found');
    assert.equal(outcome(at('found'), chain(place, 100)), 'lost');
    assert.equal(outcome(at('seen'), chain(place, 500)), 'found');
    assert.equal(outcome(at('confirmed'), chain(place, 9)), 'confirmed');
    assert.equal(outcome(at('confirmed'), chain(place, 10)), 'orphaned orphan (orphaned)');
    assert.equal(outcome(at('mature'), chain(place, 9)), 'mature');
    assert.equal(outcome(at('mature'), chain(place, 10)), 'orphaned orphan_late (orphaned_late)');
    assert.equal(outcome(at('closed'), chain(place, 2_000)), 'closed (closed_block_gone)');
    assert.equal(outcome(at('disputed'), chain(place, 99)), 'disputed');
    assert.equal(outcome(at('disputed'), chain(place, 100)), 'lost');
    assert.equal(outcome(at('orphaned'), chain(place, 999)), 'orphaned');
    assert.equal(outcome(at('orphaned'), chain(place, 1_000)), 'lost');
    assert.equal(outcome(at('lost'), chain(place, 1_000)), 'lost');
  });
}

test('a block that returns begins again under a new generation', () => {
  for (const state of ['lost', 'orphaned'] as const) {
    const { block, entries } = judgeBlock(at(state, { generation: 3 }), chain('best', 500), RULES);
    assert.deepEqual([block.state, block.generation, entries], ['seen', 4, []]);
  }
  assert.equal(judgeBlock(at('seen'), chain('side', 1), RULES).block.generation, 1);
});

test('one node alone judges nothing where two are wanted', () => {
  for (const state of STATES)
    for (const place of ['best', 'side', 'unknown'] as const) {
      const block = at(state);
      const step = judgeBlock(block, chain(place, 5_000, { nodes: 1 }), RULES);
      assert.deepEqual(step, { block, entries: [], alarm: null });
    }
  assert.equal(outcome(at('found'), chain('best', 1, { nodes: 1 }), { ...RULES, nodes: 1 }), 'seen');
});

test('a reward that is not the expected one books nothing, until a person accepts that very amount', () => {
  assert.equal(outcome(at('seen'), chain('best', 10, { reward: 49n })), 'disputed (reward_differs)');
  assert.equal(outcome(at('disputed'), chain('best', 10, { reward: 49n })), 'disputed');
  assert.equal(outcome(at('disputed'), chain('best', 10, { reward: null })), 'disputed');
  const { block } = judgeBlock(at('disputed'), { kind: 'reward_accepted', reward: 49n }, RULES);
  assert.equal(outcome(block, chain('best', 10, { reward: 48n })), 'disputed');
  const { block: seen } = judgeBlock(block, chain('best', 10, { reward: 49n }), RULES);
  assert.equal(outcome(seen, chain('best', 10, { reward: 49n })), 'confirmed credit');
  const booked = at('mature');
  assert.equal(judgeBlock(booked, { kind: 'reward_accepted', reward: 49n }, RULES).block, booked);
});

test('a reward that cannot be read waits; without an expectation every reward counts', () => {
  assert.equal(outcome(at('seen'), chain('best', 10, { reward: null })), 'seen (reward_unknown)');
  assert.equal(
    outcome(at('seen', { expectedReward: null }), chain('best', 10, { reward: 3n })),
    'confirmed credit',
  );
  assert.equal(
    outcome(at('seen', { expectedReward: null }), chain('best', 10, { reward: null })),
    'seen (reward_unknown)',
  );
});

test('nodes that contradict each other stop what is not booked, and are only told about what is', () => {
  const disagreement = (depth: number) => ({ kind: 'disagreement', depth }) as const;
  assert.equal(outcome(at('seen'), disagreement(9)), 'seen');
  assert.equal(outcome(at('found'), disagreement(10)), 'disputed (nodes_disagree)');
  assert.equal(outcome(at('seen'), disagreement(10)), 'disputed (nodes_disagree)');
  for (const state of ['disputed', 'confirmed', 'mature', 'closed', 'orphaned', 'lost'] as const)
    assert.equal(outcome(at(state), disagreement(50)), `${state} (nodes_disagree)`);
  assert.equal(outcome(at('disputed'), chain('best', 50)), 'seen');
});

test('depths that contradict each other are refused', () => {
  checkBlockRules(RULES);
  checkBlockRules({ confirmDepth: 1, matureDepth: 1, closedDepth: 1, lostDepth: 1, nodes: 1 });
  for (const bad of [
    { confirmDepth: 0 },
    { confirmDepth: 111 },
    { matureDepth: 1_001 },
    { lostDepth: 9 },
    { nodes: 0 },
    { confirmDepth: 1.5 },
  ])
    assert.throws(() => checkBlockRules({ ...RULES, ...bad }), { code: 'ADIT_BAD_OPTION' });
});

const evidence: fc.Arbitrary<BlockEvidence> = fc.oneof(
  fc.record({
    kind: fc.constant('chain' as const),
    place: fc.constantFrom('best', 'side', 'unknown'),
    depth: fc.oneof(fc.nat(12), fc.nat(120), fc.nat(1_100)),
    nodes: fc.integer({ min: 1, max: 3 }),
    reward: fc.constantFrom(null, 49n, 50n),
  }),
  fc.record({ kind: fc.constant('disagreement' as const), depth: fc.nat(30) }),
  fc.record({ kind: fc.constant('reward_accepted' as const), reward: fc.constantFrom(49n, 50n) }),
);

test('whatever comes, moves are among the named ones, and a block is credited at most once net of what was taken back', () => {
  fc.assert(
    fc.property(fc.array(evidence, { maxLength: 60 }), (all) => {
      let block = at('found');
      let credited = 0;
      let owed = 0;
      const keys = new Set<string>();
      for (const one of all) {
        const { block: after, entries } = judgeBlock(block, one, RULES);
        if (after.state !== block.state) assert.ok(BLOCK_MOVES[block.state].includes(after.state));
        for (const entry of entries) {
          const key = `${block.generation} ${entry}`;
          assert.ok(!keys.has(key), `${key} is booked twice`);
          keys.add(key);
          credited += entry === 'credit' ? 1 : entry === 'mature' ? 0 : -1;
          owed += entry === 'mature' ? 1 : entry === 'orphan_late' ? -1 : 0;
        }
        assert.ok(credited >= 0 && credited <= 1 && owed >= 0 && owed <= credited);
        assert.equal(credited, ['confirmed', 'mature', 'closed'].includes(after.state) ? 1 : 0);
        assert.equal(owed, ['mature', 'closed'].includes(after.state) ? 1 : 0);
        assert.ok(after.generation >= block.generation);
        block = after;
      }
    }),
    { numRuns: 1_000 },
  );
});

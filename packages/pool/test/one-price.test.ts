import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHonest } from './one-price/run-honest.ts';
import { type RunOptions, runStrategy, type StrategyResult } from './one-price/run-zcash.ts';

/** `npm run one-price` tries hundreds of strategies, with longer runs. */
const STRATEGIES = 6;

async function tryAll(options: Omit<RunOptions, 'seed'>, count = STRATEGIES): Promise<StrategyResult> {
  const results: StrategyResult[] = [];
  for (let seed = 1; seed <= count; seed += 1) results.push(await runStrategy({ ...options, seed }));
  const sum = (of: (result: StrategyResult) => number) => results.reduce((total, one) => total + of(one), 0);
  return {
    work: sum(({ work }) => work),
    used: sum(({ used }) => used),
    credit: sum(({ credit }) => credit),
    squares: sum(({ squares }) => squares),
    shares: sum(({ shares }) => shares),
    answers: new Map(),
    twoPriced: results.flatMap(({ twoPriced }) => twoPriced),
  };
}

for (const [name, makesWork] of [
  ['makes work at will', true],
  ['has its works from the node', false],
] as const) {
  test(`a miner that uses every change of targets is not credited more than it works, where the pool ${name}`, async () => {
    const { used, credit, squares, shares, twoPriced } = await tryAll({ makesWork, moves: 250, burst: 60 });
    assert.deepEqual(twoPriced, [], 'a header space was paid by two targets');
    assert.ok(shares > 100, 'the attack never came to anything');
    const error = Math.sqrt(squares) / used;
    assert.ok(credit / used <= 1.02 + 3 * error, `${credit} for ${used} hashes, standard error ${error}`);
  });

  test(`honest miners of every rate and habit are paid for their work and have no share refused, where the pool ${name}`, async () => {
    const results = await runHonest({ seed: 7, makesWork, hours: 1 / 12, blockSeconds: 60 });
    const moved = results.filter(({ targets }) => targets > 1);
    assert.ok(moved.length > 0, 'no target ever moved');
    for (const { rate, habit, work, credit, error, refused } of results) {
      assert.equal(refused, 0, `${habit} at ${rate}/s`);
      // Few shares do not give their own spread well, so one more of the heaviest kind is allowed.
      const bound = 4 * Math.max(error, 4 / Math.sqrt(work));
      assert.ok(Math.abs(credit / work - 1) <= bound, `${habit} at ${rate}/s: ${credit} for ${work}`);
    }
  });
}

test('the greedy miner finds a pool that gives one header several ids with different targets', async () => {
  const { twoPriced } = await tryAll({ makesWork: 'repeats', moves: 250, burst: 60 }, 3);
  assert.ok(twoPriced.length > 0);
});

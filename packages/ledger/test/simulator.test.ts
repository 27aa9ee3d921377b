import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MUTANTS } from './simulator/mutants.ts';
import { described, faultOf, shrink } from './simulator/shrink.ts';

/** Ten thousand seeds run by `npm run simulate -- --seeds 10000`. */
const SEEDS = 300;
const STEPS = 110;

test(`payouts in ${SEEDS} worlds of lies, kills and reorganisations: nobody gets more than its credit, and all comes to an end`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const options = { seed, steps: STEPS };
    if ((await faultOf(options)) === undefined) continue;
    assert.fail(described(await shrink(options)));
  }
});

/** The first seed at which each mutant is looked for, and how many seeds there are to catch it. */
const FIRST_SEED: Readonly<Record<keyof typeof MUTANTS, number>> = {
  'gives balances back on an error': 1,
  'takes an unknown operation for a failed one': 1,
  'calls before its intent is on disk': 1,
  'changes batches without comparing': 1,
  'calls again after a start': 1,
  'believes one node': 1,
  'believes an expiry without a margin': 50,
  'settles without depth': 1,
  'takes a partly matching transaction for the whole': 1,
};
const MOST_SEEDS = 40;

for (const [name, first] of Object.entries(FIRST_SEED) as [keyof typeof MUTANTS, number][]) {
  test(`a program that ${name} is caught by a seed`, async (context) => {
    for (let seed = first; seed < first + MOST_SEEDS; seed += 1) {
      const fault = await faultOf({ seed, steps: 250, mutant: MUTANTS[name] });
      if (fault === undefined) continue;
      context.diagnostic(`seed ${seed}: ${fault}`);
      return;
    }
    assert.fail(`no seed from ${first} to ${first + MOST_SEEDS - 1} catches it`);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTrueHonest } from './one-price/run-true-honest.ts';
import { runTrueStratum } from './one-price/run-truestratum.ts';

/** `npm run one-price` plays many more scenarios. */
const SHORT = { seed: 1, draws: 60 } as const;

for (const [ports, strict, episodes, choices] of [
  ['strict', true, 6, 4],
  ['loose', false, 4, 3],
] as const) {
  test(`a miner of ${ports} ports that knows what each of its choices would bring is not credited more than it works for headers that it foresees`, async () => {
    const { ratio, error, blind } = await runTrueStratum({ ...SHORT, strict, episodes, choices });
    assert.ok(ratio <= 1.02 + 3 * error, `credit for a hash: ${ratio}, standard error ${error}`);
    // A pool that pays nothing would prove nothing. Beside a change, where the miner makes its headers, it is paid less.
    assert.ok(blind > 0.3, `${blind} for a miner that does not choose`);
  });
}

test('the simulated miner gains where a strict port has the target of the moment at which the pool first sees a header', async () => {
  const { ratio } = await runTrueStratum({
    ...SHORT,
    strict: true,
    policy: 'present',
    episodes: 4,
    choices: 4,
  });
  assert.ok(ratio > 1.4, `${ratio}`);
});

test('the simulated miner gains where a header belongs to one side of a change, by when the pool first sees it', async () => {
  const [strict, loose] = [
    await runTrueStratum({ ...SHORT, strict: true, policy: 'newest', episodes: 8, choices: 2 }),
    await runTrueStratum({ ...SHORT, strict: false, policy: 'newest', episodes: 4, choices: 2 }),
  ];
  for (const { ratio } of [strict, loose]) assert.ok(ratio > 1.1, `${strict.ratio} and ${loose.ratio}`);
});

test('honest miners of all rates are paid for their work on strict and loose ports, and have no share refused', async () => {
  for (const strict of [true, false]) {
    const { miners, paidPart } = await runTrueHonest({ seed: 5, strict, hours: 1 / 8 });
    for (const { rate, work, credit, error, refused, shares } of miners) {
      assert.equal(refused, 0, `at ${rate}/s`);
      // Of a slow miner with few shares nothing can be said.
      if (shares >= 20)
        assert.ok(Math.abs(credit / work - 1) <= 4 * error + 0.02, `${rate}/s: ${credit / work}`);
    }
    if (!strict) assert.ok(paidPart > 0.94 && paidPart <= 1, `${paidPart}`);
  }
});

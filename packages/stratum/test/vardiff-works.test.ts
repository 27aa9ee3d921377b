import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BLOCKS, type Figures, figuresOf, STARTS, WORKS } from './vardiff-figures.ts';
import { quantile, SimulatedMiner, type Works } from './vardiff-simulation.ts';

// The costs of targets that wait for the chain. A few miners mine for an hour here; `npm run simulate` runs more of
// them for four hours.

const MINERS = 24;
const HOURS = 1;

function each(
  context: TestContext,
  factor: number,
  judge: (found: Figures, works: Works, name: string) => void,
): void {
  for (const { name, ...rest } of WORKS) {
    for (const blockSeconds of BLOCKS) {
      const works = { ...rest, blockSeconds };
      const found = figuresOf(works, factor, MINERS, HOURS);
      const label = `${name}, blocks of ${blockSeconds} s`;
      context.diagnostic(
        `${label}: settled ${quantile(found.settled, 0.5)} s, worst ${Math.max(...found.settled)} s, ` +
          `works ${Math.max(...found.works)}, minute ${Math.max(...found.flood)}, silence ${Math.max(...found.silence)} s`,
      );
      judge(found, works, label);
    }
  }
}

const [easy, right, hard] = STARTS;

test('a start weight 1,000 times too low is right within two works, and slow reading bounds the flood until then', (context) => {
  each(context, easy.factor, ({ settled, works, flood }, { atWill }, label) => {
    assert.ok(Math.max(...works) <= 2, `${label}: ${works}`);
    // 1,000 at once and 200 a second are read, and a hundred a second come.
    if (atWill) assert.ok(Math.max(...flood) < 400, `${label}: ${flood}`);
    else assert.ok(Math.max(...flood) < 9_000, `${label}: ${flood}`);
    if (atWill) assert.ok(quantile(settled, 0.5) < 10, `${label}: ${settled}`);
  });
});

test('a right start weight brings neither flood nor silence, however long a target waits', (context) => {
  each(context, right.factor, ({ flood, silence, shares }, _works, label) => {
    // Learning wants 30 a minute; the rest is chance.
    assert.ok(Math.max(...flood) < 350, `${label}: ${flood}`);
    assert.ok(quantile(flood, 0.5) < 80, `${label}: ${flood}`);
    assert.ok(Math.max(...silence) < 150, `${label}: ${silence}`);
    assert.ok(quantile(shares, 0.5) < 650, `${label}: ${shares}`);
  });
});

test('a start weight 1,000 times too high is corrected in minutes, and no miner floods the pool', (context) => {
  each(context, hard.factor, ({ settled, flood }, { atWill, blockSeconds }, label) => {
    // Each step waits for its second tip.
    const most = atWill ? 300 : 240 + 6 * blockSeconds;
    assert.ok(quantile(settled, 0.5) < most, `${label}: ${settled}`);
    assert.ok(Math.max(...settled) < HOURS * 3600, `${label}: ${settled}`);
    assert.ok(Math.max(...flood) < 350, `${label}: ${flood}`);
  });
});

test('a miner ten thousand to a million times too fast gets its weight in few works, although only some shares are read', () => {
  for (const atWill of [true, false]) {
    for (const factor of [1e-4, 1e-5, 1e-6]) {
      const works = { blockSeconds: 75, refreshSeconds: 20, atWill };
      for (let seed = 0; seed < 10; seed += 1) {
        const rate = 10 ** 7;
        const options = { startWeight: BigInt(Math.round(rate * 10 * factor)) };
        const miner = new SimulatedMiner({ seed, rate: () => rate, works, takes: 'clean jobs', options });
        let over: { readonly second: number; readonly works: number } | undefined;
        let settled: number | undefined;
        miner.run(atWill ? 300 : 3_000, (second) => {
          const part = miner.inForce / (rate * 10);
          if (part > 1 / 25) over ??= { second, works: miner.works };
          if (Math.abs(part - 1) < 0.3) settled ??= second;
        });
        const label = `${factor}, at will ${atWill}, seed ${seed}: ${JSON.stringify(over)}, ${settled}`;
        assert.ok(over !== undefined && over.works <= 3 && over.second <= (atWill ? 20 : 1_200), label);
        assert.ok(settled !== undefined, label);
      }
    }
  }
});

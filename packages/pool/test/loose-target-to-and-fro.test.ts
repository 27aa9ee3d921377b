import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '@adit/test-kit/random';
import { FallBudget } from '../src/truechain/fall-budget.ts';
import { LooseTarget } from '../src/truechain/loose-target.ts';

const OPTIONS = {
  startWeight: 15_000_000n,
  minWeight: 1024n,
  maxWeight: 1n << 60n,
  fixed: false,
  shareIntervalMs: 15_000,
};
/** Hashes a second of the honest miner, for which the start weight is right. */
const RATE = 1_000_000;
const SLOT_SECONDS = 5;
const SLOTS_AHEAD = 7;
/** Work for headers that come within this time beside a change is paid by both sides. */
const BORDER_SECONDS = 5;
const HOUR = 3600;

/** How a miner shows itself: whether it is connected in this second, and how many shares it hands in. */
type Show = (second: number, random: Random) => { readonly there: boolean; readonly shares: number };

/** A miner that shows a burst of shares, leaves, and comes back when the weight has fallen. */
const everySeconds =
  (period: number): Show =>
  (second) => ({ there: second % period < 4, shares: second % period === 2 ? 12 : 0 });

const MINERS: Readonly<Record<string, Show>> = {
  'shows itself every 40 s': everySeconds(40),
  'shows itself every 65 s': everySeconds(65),
  'shows itself every 130 s': everySeconds(130),
  'shows itself every 400 s': everySeconds(400),
  'draws its moments': (_second, random) => ({
    there: !random.chance(8),
    shares: random.chance(20) ? 6 : 0,
  }),
};

/** @returns the part of its work that an honest miner loses beside changes, while another one moves the weight */
function lossBy(show: Show, seconds: number, seed: number): number {
  const random = new Random(seed);
  const target = new LooseTarget(OPTIONS, 0);
  const coming: bigint[] = Array.from({ length: SLOTS_AHEAD }, () => OPTIONS.startWeight);
  let former = OPTIONS.startWeight;
  let other = 1;
  let isThere = false;
  let lost = 0;
  target.join(1, 0);
  for (let second = 1; second <= seconds; second += 1) {
    const now = second * 1_000;
    target.look(now, false);
    if (random.uint32() / 2 ** 32 < RATE / Number(target.weight)) target.share(1, target.weight, now);
    const { there, shares } = show(second, random);
    if (there && !isThere) {
      other += 1;
      target.join(other, now);
    } else if (!there && isThere) target.leave(other, now);
    isThere = there;
    for (let i = 0; i < shares && there; i += 1) target.share(other, target.weight, now);
    if (second % SLOT_SECONDS !== 0) continue;
    const proposed = target.propose(now);
    target.plan(proposed, now);
    coming.push(proposed);
    const weight = coming.shift() ?? former;
    target.hold(weight, now);
    const [low, high] = weight < former ? [weight, former] : [former, weight];
    lost += BORDER_SECONDS * (1 - Number(low) / Number(high));
    former = weight;
  }
  return lost / seconds;
}

for (const [who, show] of Object.entries(MINERS)) {
  test(`a miner that ${who} to move the one target to and fro costs the others at most a few hundredths of their work`, () => {
    for (const seed of [1, 2, 3]) {
      const [first, long] = [lossBy(show, HOUR, seed), lossBy(show, 6 * HOUR, seed)];
      assert.ok(first <= 0.05, `${first} in the first hour`);
      assert.ok(long <= 0.03, `${long} in six hours`);
    }
  });
}

test('falls cost what is saved: many at first, and then a fiftieth of the time', () => {
  const budget = new FallBudget(0);
  let falls = 0;
  for (let now = 0; now < 10 * HOUR * 1_000; now += 1_000) {
    if (!budget.allows(8, now)) continue;
    budget.spend(8, now);
    falls += 1;
    if (now < 5_000)
      assert.equal(falls, now / 1_000 + 1, 'a start that is a thousand times too hard falls at once');
  }
  assert.ok(falls >= 50 && falls <= 60, `${falls} falls in ten hours`);
  assert.ok(new FallBudget(0).allows(1e30, 0), 'no fall is too far for ever');
});

// T32 of the field: miners that hop between pools, and miners that keep blocks back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { logAlarmAt, logEvidence } from '../src/luck/withholding.ts';
import type { RoundShare } from '../src/schemes/round.ts';
import { creditOf } from '../src/schemes/round-credit.ts';
import { type SchemeOptions, windowOf } from '../src/schemes/scheme-options.ts';
import { roundOf } from '../src/schemes/schemes.ts';
import { FREE, share, sourceOf } from './shares.ts';

const REWARD = 1_000_000n;
/** Ten shares are an expected block. */
const SCORE = BLOCK_SCORE / 10n;

/** Lengths of rounds as luck makes them: each share finds a block with a chance of one in ten. The chance is the same in each run. */
function lengthsOfRounds(count: number): readonly number[] {
  const lengths: number[] = [];
  let state = 1n;
  for (let length = 1; lengths.length < count; length += 1) {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    if ((state >> 33n) % 10n !== 0n) continue;
    lengths.push(length);
    length = 0;
  }
  return lengths;
}

/** @returns how much more than a loyal miner a hopper gets for a share: it mines the first five of each round, one in two */
function gainOfHopping(scheme: SchemeOptions): number {
  const shares: RoundShare[] = [];
  const paid = { loyal: 0n, hopper: 0n };
  const made = { loyal: 0, hopper: 0 };
  let blockBefore: bigint | null = null;
  for (const length of lengthsOfRounds(1_500)) {
    for (let i = 0; i < length; i += 1) {
      const account = i < 5 && i % 2 === 0 ? 'hopper' : 'loyal';
      made[account] += 1;
      shares.push(
        share(
          (shares.at(-1) === undefined ? 0 : Number(shares.at(-1)?.number)) + 1,
          account,
          SCORE,
          scheme.kind,
        ),
      );
    }
    if (shares.length > 500) shares.splice(0, shares.length - 500);
    const round = roundOf(scheme, sourceOf(shares, { blockBefore }));
    for (const { account, net } of creditOf(REWARD, round, FREE).parts)
      paid[account as keyof typeof paid] += net;
    blockBefore = shares.at(-1)?.number ?? null;
  }
  return Number(paid.hopper) / made.hopper / (Number(paid.loyal) / made.loyal);
}

test('T32: who leaves long rounds gains by PROP, and gains nothing by PPLNS', () => {
  const prop = gainOfHopping({ kind: 'prop' });
  const pplns = gainOfHopping({ kind: 'pplns', window: windowOf(2) });
  assert.ok(prop > 1.2, `by PROP a hopper gets ${prop} times the pay`);
  assert.ok(Math.abs(pplns - 1) < 0.05, `by PPLNS a hopper gets ${pplns} times the pay`);
});

test('T32: a miner that keeps most blocks back is an alarm among a hundred miners, and an unlucky one is not', () => {
  const alarm = logAlarmAt(100);
  assert.ok(logEvidence({ lambda: 20, found: 3 }) > alarm);
  assert.ok(logEvidence({ lambda: 20, found: 12 }) < alarm);
  assert.ok(logEvidence({ lambda: 5, found: 0 }) < alarm, 'of few expected blocks nobody can be convicted');
});

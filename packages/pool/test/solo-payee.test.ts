import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  branchOf,
  operatorReward,
  transparentScript,
  workFromTemplate,
  type ZcashWork,
  zcashChain,
} from '@adit/chain';
import { decodeHex, encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { variableTemplate } from '../../chain/test/zcash/variable-template.ts';
import { SoloPayee } from '../src/zcash/solo-payee.ts';
import { OPERATOR } from './support/solo.ts';

const operator = transparentScript('p2pkh', decodeHex(OPERATOR));
const ALICE = { account: 'alice', script: transparentScript('p2sh', new Uint8Array(20).fill(1)) };

function workOf(version: 4 | 5 | 6, height = 3_500_000): ZcashWork {
  return workFromTemplate(variableTemplate(version, height), zcashChain('zcash'));
}

function timed(work: ZcashWork) {
  const reward = operatorReward(work, operator);
  assert.ok(typeof reward === 'bigint');
  return { work, time: work.time, terms: 1, division: { branch: branchOf(work), reward } };
}

const BRANCHES = [timed(workOf(5)), timed(workOf(6))] as const;

test('a work that went out for the operator stays one, and a work that pays an address stays that, whatever comes', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('work' as const), branch: fc.nat(1), sent: fc.boolean() }),
    fc.record({ kind: fc.constant('trust' as const), branch: fc.nat(1), sent: fc.constant(false) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const payee = new SoloPayee({ operator, feePpm: 0 }, ALICE);
      const works: (typeof BRANCHES)[number][] = [];
      const handedOut = new Map<number, string | undefined>();
      for (const { kind, branch, sent } of steps) {
        const work = BRANCHES[branch];
        if (work === undefined) continue;
        if (kind === 'trust') payee.trust(work.division.branch);
        else {
          const sequence = works.push(work) - 1;
          const own = payee.workOf({ sequence, work });
          if (!sent) continue;
          if (own === undefined) payee.noteOperatorWork(sequence);
          handedOut.set(sequence, own?.id);
        }
        for (const [sequence, id] of handedOut) {
          const known = works[sequence];
          assert.ok(known !== undefined);
          assert.equal(payee.workOf({ sequence, work: known })?.id, id, `work ${sequence}`);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('the fee is rounded down, and leaves no output of zero', () => {
  const [work] = BRANCHES;
  const { reward } = work.division;
  for (const [feePpm, fee] of [
    [0, 0n],
    [1, reward / 1_000_000n],
    [10_000, reward / 100n],
    [999_999, (reward * 999_999n) / 1_000_000n],
  ] as const) {
    const payee = new SoloPayee({ operator, feePpm }, ALICE);
    const paying = payee.pay(work);
    assert.ok(paying !== undefined);
    const hex = encodeHex(paying.coinbase);
    assert.equal(hex.includes(encodeHex(ALICE.script)), true);
    assert.equal(hex.includes(encodeHex(operator)), fee > 0n, String(feePpm));
    const kept = operatorReward({ ...work.work, coinbase: paying.coinbase }, operator);
    assert.equal(kept, reward, 'the variation knows the coinbase of the node');
  }
});

test('a work that cannot be divided pays the operator', () => {
  const { work, time, terms } = BRANCHES[0];
  const payee = new SoloPayee({ operator, feePpm: 0 }, ALICE);
  payee.trust(BRANCHES[0].division.branch);
  assert.equal(payee.workOf({ sequence: 1, work: { work, time, terms } }), undefined);
  assert.equal(payee.pay({ work, time, terms }), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CoinbaseOutput,
  type ProposalOutcome,
  transparentScript,
  workFromTemplate,
  type ZcashWork,
  zcashChain,
} from '@adit/chain';
import { decodeHex } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { variableTemplate } from '../../chain/test/zcash/variable-template.ts';
import { BlockPayments, type WorkFacts } from '../src/zcash/block-payments.ts';
import { paramsOf, scriptedZcash } from './support/scripted-zcash.ts';
import { OPERATOR } from './support/solo.ts';

const operator = transparentScript('p2pkh', decodeHex(OPERATOR));
const scriptOf = (byte: number) => transparentScript('p2pkh', new Uint8Array(20).fill(byte));
const halves = ({ reward }: WorkFacts): readonly CoinbaseOutput[] => [
  { value: reward / 2n, script: scriptOf(1) },
  { value: reward - reward / 2n, script: scriptOf(2) },
];
const workAt = (height: number, transactions: readonly Uint8Array[] = []): ZcashWork =>
  workFromTemplate(variableTemplate(6, height, transactions), zcashChain('zcash'));

function bench(payeesOfWork: (facts: WorkFacts) => readonly CoinbaseOutput[] | undefined = halves) {
  const seen = {
    proposals: [] as ZcashWork[],
    trusted: 0,
    refused: [] as string[],
    answers: [] as ((outcome: ProposalOutcome | Error) => void)[],
  };
  const payments = new BlockPayments(
    { operator },
    {
      payeesOfWork,
      propose: async (work) => {
        seen.proposals.push(work);
        const outcome = await new Promise<ProposalOutcome | Error>((resolve) => seen.answers.push(resolve));
        if (outcome instanceof Error) throw outcome;
        return outcome;
      },
      onTrusted: () => {
        seen.trusted += 1;
      },
      onRefused: (detail) => seen.refused.push(detail),
    },
  );
  const answer = async (outcome: ProposalOutcome | Error) => {
    seen.answers.shift()?.(outcome);
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  };
  return { payments, seen, answer };
}

test('the first work of a tip pays the operator at once, and works behind the answer of the node pay the payees', async () => {
  const { payments, seen, answer } = bench();
  const work = workAt(3_500_000);
  assert.equal(payments.apply(work), work);
  assert.equal(payments.apply(work), work);
  assert.equal(seen.proposals.length, 1);
  await answer({ kind: 'valid' });
  assert.equal(seen.trusted, 1);
  const paying = payments.apply(work);
  assert.deepEqual(paying.merkleRoot, seen.proposals[0]?.merkleRoot);
  assert.equal(paying.payment?.outputs.length, 2);
  // Other transactions of the same tip need no other answer; another tip does.
  const refreshed = workAt(3_500_000, [Uint8Array.of(1)]);
  assert.equal(payments.apply(refreshed).payment?.outputs.length, 2);
  assert.equal(payments.apply(workAt(3_500_001)).payment, undefined);
  assert.equal(seen.proposals.length, 2);
});

test('an answer that comes behind the next tip says nothing about that', async () => {
  const { payments, seen, answer } = bench();
  payments.apply(workAt(3_500_000));
  payments.apply(workAt(3_500_001));
  await answer({ kind: 'valid' });
  assert.equal(payments.apply(workAt(3_500_001)).payment, undefined);
  await answer(new Error('silence'));
  assert.deepEqual([seen.trusted, seen.refused], [0, []]);
  assert.equal(payments.apply(workAt(3_500_001)).payment, undefined);
});

test('payees that the node or the rules refuse are reported once for a tip, and works pay the operator', async () => {
  const { payments, seen, answer } = bench();
  const work = workAt(3_500_000);
  payments.apply(work);
  await answer({ kind: 'refused', reason: 'bad-cb' });
  assert.equal(payments.apply(work), work);
  assert.deepEqual(seen.refused, ['bad-cb']);
  const wrong = bench(({ reward }) => [{ value: reward + 1n, script: scriptOf(1) }]);
  assert.equal(wrong.payments.apply(work), work);
  assert.equal(wrong.payments.apply(work), work);
  assert.match(
    wrong.seen.refused.join(),
    /^the payees get \d+ zatoshi[^,]*, and the operator's output has \d+$/,
  );
  assert.equal(wrong.seen.proposals.length, 0);
});

test('nobody is asked where a work pays the operator', () => {
  const { payments, seen } = bench(() => undefined);
  const work = workAt(3_500_000);
  assert.equal(payments.apply(work), work);
  assert.equal(seen.proposals.length, 0);
});

test('an engine hands out a work that pays the payees in a clean job, as soon as the node has accepted one', async (context) => {
  const { engine, jobs, node } = await scriptedZcash(context, {
    template: { variable: true, coinbase: 7 },
    options: { refreshMs: 0, operator: Uint8Array.of(7) },
    modules: { payeesOfWork: halves },
  });
  await until('the job that pays', () => jobs.length === 2);
  const [first, second] = jobs;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(second.clean, true);
  assert.notEqual(paramsOf(first.job)[3], paramsOf(second.job)[3]);
  assert.equal(engine.numbered(first.job.sequence)?.work.work.payment, undefined);
  assert.equal(engine.numbered(second.job.sequence)?.work.work.payment?.outputs.length, 2);
  // One for the template, one for the text, and one for the payees.
  assert.equal(node.proposals, 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  branchOf,
  operatorReward,
  type ProposalOutcome,
  transparentScript,
  workFromTemplate,
  zcashChain,
} from '@adit/chain';
import { decodeHex } from '@adit/primitives';
import { variableTemplate } from '../../chain/test/zcash/variable-template.ts';
import { type NumberedWork, SoloPayee } from '../src/zcash/solo-payee.ts';
import { SoloProofs } from '../src/zcash/solo-proofs.ts';
import { OPERATOR } from './support/solo.ts';

const operator = transparentScript('p2pkh', decodeHex(OPERATOR));

function numbered(version: 5 | 6, sigops = 0): NumberedWork {
  const template = variableTemplate(version, 3_500_000);
  const coinbasetxn = { ...(template['coinbasetxn'] as object), sigops };
  const work = workFromTemplate({ ...template, coinbasetxn }, zcashChain('zcash'));
  const reward = operatorReward(work, operator);
  assert.ok(typeof reward === 'bigint');
  return {
    sequence: 1,
    work: { work, time: work.time, terms: 1, division: { branch: branchOf(work), reward } },
  };
}

const NU6 = numbered(5);
const NU7 = numbered(6);
const branchIn = ({ work }: NumberedWork) => work.division?.branch ?? '';

/** A node whose answers the test gives, one after the other. */
class Bench {
  newest: NumberedWork | undefined = NU6;
  proposals = 0;
  atOnce = 0;
  readonly trusted: string[] = [];
  readonly refused: string[] = [];
  readonly #answers: ((outcome: ProposalOutcome | Error) => void)[] = [];
  readonly proofs = new SoloProofs({
    newest: () => this.newest,
    propose: async () => {
      this.proposals += 1;
      this.atOnce += 1;
      const answer = await new Promise<ProposalOutcome | Error>((resolve) => this.#answers.push(resolve));
      this.atOnce -= 1;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onTrusted: ({ account }) => this.trusted.push(account),
    onRefused: ({ account }, detail) => this.refused.push(`${account}: ${detail}`),
  });

  payee(name: string): SoloPayee {
    const script = transparentScript('p2pkh', new Uint8Array(20).fill(name.charCodeAt(0)));
    return new SoloPayee({ operator, feePpm: 0 }, { account: name, script });
  }

  /** Lets everything run that needs no answer. */
  async settle(): Promise<void> {
    for (let i = 0; i < 10; i += 1) await Promise.resolve();
  }

  async answer(outcome: ProposalOutcome | Error): Promise<void> {
    const next = this.#answers.shift();
    assert.ok(next !== undefined, 'the node was not asked');
    next(outcome);
    await this.settle();
  }
}

const VALID = { kind: 'valid' } as const;

test('a node is asked once for each address and branch, about one at a time', async () => {
  const bench = new Bench();
  const [ann, bob] = [bench.payee('ann'), bench.payee('bob')];
  bench.proofs.want(ann);
  bench.proofs.want(bob);
  assert.deepEqual([bench.proposals, bench.atOnce], [1, 1]);
  await bench.answer(VALID);
  assert.deepEqual([bench.proposals, bench.atOnce, bench.trusted], [2, 1, ['ann']]);
  await bench.answer(VALID);
  assert.ok(ann.isTrustedIn(branchIn(NU6)) && bob.isTrustedIn(branchIn(NU6)));
  // Its last connection has left, and another one comes.
  const again = bench.payee('ann');
  bench.proofs.want(again);
  assert.deepEqual([bench.proposals, again.isTrustedIn(branchIn(NU6))], [2, true]);
  bench.newest = NU7;
  bench.proofs.want(again);
  await bench.settle();
  assert.equal(bench.proposals, 3);
  await bench.answer(VALID);
  assert.ok(again.isTrustedIn(branchIn(NU7)));
});

test('a node that refuses an address three times in a branch is reported once, and not asked again there', async () => {
  const bench = new Bench();
  const ann = bench.payee('ann');
  for (let asked = 1; asked <= 3; asked += 1) {
    bench.proofs.want(ann);
    assert.equal(bench.proposals, asked);
    await bench.answer({ kind: 'refused', reason: 'bad-cb' });
  }
  bench.proofs.want(ann);
  await bench.settle();
  assert.equal(bench.proposals, 3);
  assert.deepEqual([bench.refused, bench.trusted], [['ann: bad-cb'], []]);
  bench.newest = NU7;
  bench.proofs.want(ann);
  await bench.answer(VALID);
  assert.deepEqual(bench.trusted, ['ann']);
  assert.equal(ann.isTrustedIn(branchIn(NU6)), false);
});

test('silence and a tip that moves leave the question open until the next work', async () => {
  const bench = new Bench();
  const ann = bench.payee('ann');
  bench.proofs.want(ann);
  await bench.answer(new Error('no answer'));
  assert.equal(bench.proposals, 1);
  await Promise.all([bench.proofs.ask(), bench.answer({ kind: 'outdated' })]);
  assert.equal(bench.proposals, 2);
  await Promise.all([bench.proofs.ask(), bench.answer(VALID)]);
  assert.deepEqual(bench.trusted, ['ann']);
});

test('an address that is refused holds up nobody behind it', async () => {
  const bench = new Bench();
  for (const name of ['ann', 'bob']) bench.proofs.want(bench.payee(name));
  await bench.answer({ kind: 'refused', reason: 'bad-cb' });
  await bench.answer(VALID);
  assert.deepEqual([bench.refused, bench.trusted], [['ann: bad-cb'], ['bob']]);
});

test('an address whose connections have left is not asked about, and gets no answer', async () => {
  const bench = new Bench();
  const [ann, bob] = [bench.payee('ann'), bench.payee('bob')];
  bench.proofs.want(ann);
  bench.proofs.want(bob);
  bench.proofs.forget(ann);
  bench.proofs.forget(bob);
  await bench.answer(VALID);
  assert.deepEqual([bench.proposals, bench.trusted], [1, []]);
});

test('a block that has no room for a payee does not end the wait of an address', async () => {
  const bench = new Bench();
  bench.newest = numbered(5, 20_000);
  for (const name of ['ann', 'bob']) bench.proofs.want(bench.payee(name));
  await bench.settle();
  assert.equal(bench.proposals, 0);
  bench.newest = NU6;
  const asked = bench.proofs.ask();
  await bench.answer(VALID);
  await bench.answer(VALID);
  await asked;
  assert.deepEqual(bench.trusted, ['ann', 'bob']);
});

test('without a work that can be divided nothing is asked', async () => {
  const bench = new Bench();
  bench.newest = undefined;
  const ann = bench.payee('ann');
  bench.proofs.want(ann);
  const { work, time, terms } = NU6.work;
  bench.newest = { sequence: 1, work: { work, time, terms } };
  await bench.proofs.ask();
  assert.equal(bench.proposals, 0);
  bench.newest = NU6;
  await Promise.all([bench.proofs.ask(), bench.answer(VALID)]);
  assert.deepEqual(bench.trusted, ['ann']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SubmitAnswer } from '../../src/zcash/node.ts';
import { submitToAll } from '../../src/zcash/submit-block.ts';

type Outcome = SubmitAnswer | Error;

/** A node that gives its outcomes one after the other, the last one for ever. */
function scripted(name: string, ...outcomes: Outcome[]) {
  const node = {
    name,
    calls: 0,
    async submitBlock(): Promise<SubmitAnswer> {
      const outcome = outcomes[Math.min(node.calls, outcomes.length - 1)];
      node.calls += 1;
      if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('nothing to say');
      return outcome;
    },
  };
  return node;
}

const accepted: SubmitAnswer = { kind: 'accepted', raw: null };
const rejected: SubmitAnswer = { kind: 'rejected', raw: 'high-hash' };
const duplicate: SubmitAnswer = { kind: 'duplicate', raw: 'duplicate' };
const inconclusive: SubmitAnswer = { kind: 'inconclusive', raw: 'inconclusive' };
const block = Uint8Array.of(1);
const quick = () => {
  const pauses: number[] = [];
  return { pauses, random: () => 1, sleep: async (ms: number) => void pauses.push(ms) };
};

test('one acceptance counts, and every answer is kept in the order of the nodes', async () => {
  const outcome = await submitToAll([scripted('a', rejected), scripted('b', accepted)], block, {}, quick());
  assert.deepEqual(outcome, {
    accepted: true,
    undecided: false,
    answers: [
      { node: 'a', answer: rejected },
      { node: 'b', answer: accepted },
    ],
  });
});

test('a node that cannot be reached is tried again with growing pauses, a refusal is final', async () => {
  const modules = quick();
  const flaky = scripted('a', new Error('reset'), new Error('reset'), accepted);
  const stern = scripted('b', rejected);
  const outcome = await submitToAll([flaky, stern], block, {}, modules);
  assert.equal(outcome.accepted, true);
  assert.equal(flaky.calls, 3);
  assert.equal(stern.calls, 1);
  assert.deepEqual(modules.pauses, [250, 500]);
});

test('a duplicate is our own block come back', async () => {
  const outcome = await submitToAll([scripted('a', new Error('time-out'), duplicate)], block, {}, quick());
  assert.equal(outcome.accepted, true);
});

test('a block that all refuse is lost, one whose fate is open is not', async () => {
  const lost = await submitToAll([scripted('a', rejected), scripted('b', rejected)], block, {}, quick());
  assert.deepEqual([lost.accepted, lost.undecided], [false, false]);
  const open = await submitToAll([scripted('a', rejected), scripted('b', inconclusive)], block, {}, quick());
  assert.deepEqual([open.accepted, open.undecided], [false, true]);
  const dead = scripted('c', new Error('refused'));
  const unreachable = await submitToAll([dead], block, { attempts: 3 }, quick());
  assert.deepEqual([unreachable.accepted, unreachable.undecided], [false, true]);
  assert.deepEqual(unreachable.answers, [{ node: 'c', answer: { kind: 'unreachable', detail: 'refused' } }]);
  assert.equal(dead.calls, 3);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import type { SubmitAnswer } from '../../src/zcash/submit-answer.ts';
import { submitToAll } from '../../src/zcash/submit-block.ts';
import { VirtualClock } from './virtual-clock.ts';

type Outcome = SubmitAnswer | Error;

/** A node that gives the listed outcomes one at a time, and repeats the last one. */
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

test('a duplicate counts as an acceptance: it is our own block', async () => {
  const outcome = await submitToAll([scripted('a', new Error('time-out'), duplicate)], block, {}, quick());
  assert.equal(outcome.accepted, true);
});

test('a block that all nodes refuse is lost, and a block without all verdicts is undecided', async () => {
  const lost = await submitToAll([scripted('a', rejected), scripted('b', rejected)], block, {}, quick());
  assert.deepEqual([lost.accepted, lost.undecided], [false, false]);
  const dead = scripted('c', new Error('refused'));
  const unreachable = await submitToAll([dead], block, { attempts: 3 }, quick());
  assert.deepEqual([unreachable.accepted, unreachable.undecided], [false, true]);
  assert.deepEqual(unreachable.answers, [{ node: 'c', answer: { kind: 'unreachable', detail: 'refused' } }]);
  assert.equal(dead.calls, 3);
});

test('a word that judges nothing is asked for again, and leaves the block undecided', async () => {
  const vague: SubmitAnswer = { kind: 'unknown', raw: 'database busy' };
  const late = scripted('a', vague, vague, accepted);
  assert.equal((await submitToAll([late], block, {}, quick())).accepted, true);
  assert.equal(late.calls, 3);
  const alone = await submitToAll([scripted('b', vague)], block, { attempts: 3 }, quick());
  assert.deepEqual([alone.accepted, alone.undecided], [false, true]);
  assert.deepEqual(alone.answers, [{ node: 'b', answer: vague }]);
  const other = await submitToAll([scripted('c', vague), scripted('d', rejected)], block, {}, quick());
  assert.deepEqual([other.accepted, other.undecided], [false, true]);
});

test('T30: a block counts if one node takes it while another one errs, in either order', async () => {
  const error = new RpcError('a', 'submitblock', -32603, 'internal error');
  for (const order of [0, 1]) {
    const nodes = [scripted('broken', error), scripted('good', accepted), scripted('stern', rejected)];
    if (order === 1) nodes.reverse();
    const outcome = await submitToAll(nodes, block, {}, quick());
    assert.equal(outcome.accepted, true);
    const said = outcome.answers.map(({ node, answer }) => `${node} ${answer.kind}`).sort();
    assert.deepEqual(said, ['broken unreachable', 'good accepted', 'stern rejected']);
  }
});

test('a node that hangs does not delay the answers of the others', async () => {
  const clock = new VirtualClock();
  const late = Promise.withResolvers<SubmitAnswer>();
  const hangs = { name: 'hangs', submitBlock: () => late.promise };
  const slow = {
    name: 'slow',
    submitBlock: async (): Promise<SubmitAnswer> => {
      await clock.sleep(1_500);
      return rejected;
    },
  };
  let at: number | undefined;
  const submission = submitToAll([hangs, scripted('good', accepted), slow], block, {}, clock);
  void submission.then(() => {
    at = clock.time;
  });
  await clock.advance(60_000);
  assert.equal(at, 2_000);
  const { accepted: taken, undecided, answers } = await submission;
  assert.deepEqual([taken, undecided], [true, false]);
  assert.deepEqual(
    answers.map(({ node, answer }) => `${node} ${answer.kind}`),
    ['hangs unreachable', 'good accepted', 'slow rejected'],
  );
});

test('all nodes are awaited until one has taken the block', async () => {
  const clock = new VirtualClock();
  const slow = {
    name: 'slow',
    submitBlock: async (): Promise<SubmitAnswer> => {
      await clock.sleep(20_000);
      return accepted;
    },
  };
  const submission = submitToAll([scripted('stern', rejected), slow], block, {}, clock);
  await clock.advance(20_000);
  assert.equal((await submission).accepted, true);
});

test('a node that keeps the block without a judgement counts as having it', async () => {
  for (const kind of ['inconclusive', 'duplicate-inconclusive'] as const) {
    const keeps = scripted('b', { kind, raw: kind });
    const outcome = await submitToAll([scripted('a', rejected), keeps], block, {}, quick());
    assert.deepEqual([outcome.accepted, outcome.undecided, keeps.calls], [true, false, 1]);
  }
});

test('an error that does not judge the block is not a refusal: the node is asked again and takes it', async () => {
  const notReady = new RpcError('a', 'submitblock', 0, 'service not ready');
  const starting = scripted('a', notReady, accepted);
  const outcome = await submitToAll([starting], block, {}, quick());
  assert.deepEqual([outcome.accepted, starting.calls], [true, 2]);
  const never = await submitToAll([scripted('a', notReady)], block, {}, quick());
  assert.deepEqual([never.accepted, never.undecided], [false, true]);
});

test('a single node that is silent for lack of the parent leaves the block undecided, and is not asked again', async () => {
  const silent = scripted('a', new AditError('ADIT_RPC_TIMEOUT', 'a did not answer within 30000 ms'));
  const outcome = await submitToAll([silent], block, {}, quick());
  assert.deepEqual([outcome.accepted, outcome.undecided, silent.calls], [false, true, 1]);
});

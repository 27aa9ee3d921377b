import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { WorkSubmitter } from '../../src/truechain/submit.ts';

const SOLUTION = { nonce: 1n, headerHash: new Uint8Array(32), mixDigest: new Uint8Array(32) };
const GONE = new AditError('ADIT_RPC_UNREACHABLE', 'gone');

function node(name: string, submitWork: () => Promise<boolean>) {
  return { name, submitWork };
}

/** A node that gives the listed outcomes, one at a time. */
function scripted(...outcomes: (boolean | Error)[]) {
  return node('scripted', async () => {
    const outcome = outcomes.shift();
    if (outcome === undefined || outcome instanceof Error) throw outcome ?? new Error('asked too often');
    return outcome;
  });
}

test('T30: a solution counts if one node takes it while another one errs, and all answers are kept', async () => {
  const nodes = [
    node('broken', () => Promise.reject(new RpcError('broken', 'etrue_submitWork', -32000, 'no'))),
    node('gone', () => Promise.reject(GONE)),
    node('good', async () => true),
    node('other', async () => false),
  ];
  const outcome = await new WorkSubmitter({ nodes }).submit(SOLUTION, 'fruit');
  assert.deepEqual([outcome.accepted, outcome.undecided], [true, false]);
  assert.deepEqual(
    outcome.answers.map(({ node: name, answer }) => `${name} ${answer.kind}`),
    ['broken error', 'gone unreachable', 'good taken', 'other refused'],
  );
});

test('a node that hangs does not delay the answers of the others', async () => {
  const pauses: number[] = [];
  const submitter = new WorkSubmitter({
    nodes: [node('hangs', () => new Promise(() => {})), node('good', async () => true)],
    sleep: async (ms) => void pauses.push(ms),
  });
  const outcome = await submitter.submit(SOLUTION, 'fruit');
  assert.deepEqual(pauses, [2_000]);
  assert.deepEqual(
    outcome.answers.map(({ answer }) => answer.kind),
    ['unreachable', 'taken'],
  );
});

test('a node that hangs gets two fruits and two more blocks, and is then skipped until it answers', async () => {
  let asked = 0;
  const answers = Promise.withResolvers<boolean>();
  const hangs = node('hangs', () => {
    asked += 1;
    return answers.promise;
  });
  const submitter = new WorkSubmitter({
    nodes: [hangs, node('good', async () => true)],
    sleep: async () => {},
  });
  for (let i = 0; i < 10; i += 1) await submitter.submit(SOLUTION, 'fruit');
  assert.equal(asked, 2);
  for (let i = 0; i < 10; i += 1) await submitter.submit(SOLUTION, 'block');
  assert.equal(asked, 4);
  answers.resolve(true);
  await new Promise((resolve) => setImmediate(resolve));
  await submitter.submit(SOLUTION, 'fruit');
  assert.equal(asked, 5);
});

test('a refusal after a broken attempt is not believed: the first attempt may have arrived', async () => {
  const report = async (...outcomes: (boolean | Error)[]) => {
    const { accepted, undecided } = await new WorkSubmitter({ nodes: [scripted(...outcomes)] }).submit(
      SOLUTION,
      'block',
    );
    return [accepted, undecided];
  };
  assert.deepEqual(await report(false), [false, false]);
  assert.deepEqual(await report(GONE, true), [true, false]);
  assert.deepEqual(await report(GONE, false), [false, true]);
  assert.deepEqual(await report(GONE, GONE), [false, true]);
  // A silent node may have taken it, and a second attempt would only hang again.
  assert.deepEqual(await report(new AditError('ADIT_RPC_TIMEOUT', 'no answer')), [false, true]);
  assert.deepEqual(await report(new RpcError('n', 'etrue_submitWork', -32000, 'no')), [false, true]);
});

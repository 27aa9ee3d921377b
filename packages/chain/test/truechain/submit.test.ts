import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { RpcError } from '../../src/rpc/errors.ts';
import { submitWorkToAll } from '../../src/truechain/submit.ts';

const SOLUTION = { nonce: 1n, headerHash: new Uint8Array(32), mixDigest: new Uint8Array(32) };

function node(name: string, submitWork: () => Promise<boolean>) {
  return { name, submitWork };
}

test('T30: where one node errors and another one takes the solution, it counts, and all answers are kept', async () => {
  const outcome = await submitWorkToAll(
    [
      node('broken', () => Promise.reject(new RpcError('broken', 'etrue_submitWork', -32000, 'no'))),
      node('gone', () => Promise.reject(new AditError('ADIT_RPC_UNREACHABLE', 'gone'))),
      node('good', async () => true),
      node('other', async () => false),
    ],
    SOLUTION,
  );
  assert.equal(outcome.accepted, true);
  assert.deepEqual(
    outcome.answers.map(({ node: name, answer }) => `${name} ${answer.kind}`),
    ['broken error', 'gone unreachable', 'good taken', 'other refused'],
  );
});

test('a node that hangs keeps nobody waiting for what the others said', async () => {
  const pauses: number[] = [];
  const outcome = await submitWorkToAll(
    [node('hangs', () => new Promise(() => {})), node('good', async () => true)],
    SOLUTION,
    { sleep: async (ms) => void pauses.push(ms) },
  );
  assert.deepEqual(pauses, [2_000]);
  assert.deepEqual(
    outcome.answers.map(({ answer }) => answer.kind),
    ['unreachable', 'taken'],
  );
});

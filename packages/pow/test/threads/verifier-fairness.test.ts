import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { equihashSizes } from '../../src/index.ts';
import { type Batch, VerifierPool } from '../../src/threads/index.ts';

const PARAMS = { n: 48, k: 5, personalization: 'ZcashPoW' };
const { solutionBytes } = equihashSizes(PARAMS);

function verifierOf(context: TestContext, maxQueued: number) {
  const batches: Batch[] = [];
  const options = { threads: 1, maxQueued, reservedForUrgent: 1 };
  const verifier = new VerifierPool(options, { onBatch: (batch) => batches.push(batch) });
  context.after(() => verifier.close());
  const verify = (group: string, member: number, urgent = false) =>
    verifier
      .verifyEquihash(PARAMS, new Uint8Array(140), new Uint8Array(solutionBytes), { group, member, urgent })
      .then(
        () => 'judged',
        (error: unknown) => (error instanceof AditError ? error.code : 'other'),
      );
  return { verifier, verify, batches };
}

test('a full queue refuses the jobs of the address that floods, and of no other', async (context) => {
  const { verify, verifier } = verifierOf(context, 8);
  const flood = Array.from({ length: 20 }, () => verify('flooder', 1));
  const honest = ['a', 'b', 'c'].map((group, i) => verify(group, i + 2));
  assert.deepEqual(verifier.stats().groups, 4);
  assert.deepEqual(await Promise.all(honest), ['judged', 'judged', 'judged']);
  const outcomes = await Promise.all(flood);
  assert.equal(outcomes.filter((outcome) => outcome === 'judged').length, 5);
  assert.equal(outcomes.filter((outcome) => outcome === 'ADIT_VERIFIER_BUSY').length, 15);
});

test('a block finds a place in a full queue, until the places reserved for blocks are full too', async (context) => {
  const { verify } = verifierOf(context, 4);
  const shares = Array.from({ length: 4 }, () => verify('a', 1));
  const [first, second] = [verify('a', 1, true), verify('a', 1, true)];
  assert.equal(await second, 'ADIT_VERIFIER_BUSY');
  assert.equal(await first, 'judged');
  assert.deepEqual(await Promise.all(shares), Array(4).fill('judged'));
});

test('the verifier reports for each batch how long it waited and how long the work took', async (context) => {
  const { verify, verifier, batches } = verifierOf(context, 64);
  await Promise.all(Array.from({ length: 40 }, (_, i) => verify('a', i)));
  assert.equal(
    batches.reduce((sum, { tasks }) => sum + tasks, 0),
    40,
  );
  for (const { waitMs, workMs } of batches) assert.ok(waitMs >= 0 && workMs >= 0);
  const { queued, oldestMs, groups } = verifier.stats();
  assert.deepEqual([queued, oldestMs, groups], [0, 0, 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError, encodeHex } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { proposalBlock } from '../../src/zcash/block.ts';
import { zcashChain } from '../../src/zcash/chains.ts';
import { VariationProof } from '../../src/zcash/variation-proof.ts';
import { workFromTemplate, type ZcashWork } from '../../src/zcash/work.ts';
import { FakeNode } from './fake-node.ts';
import { withSource } from './rig.ts';
import { sampleTemplate } from './sample-template.ts';
import { variableTemplate } from './variable-template.ts';

const workOf = (template: unknown): ZcashWork => workFromTemplate(template, zcashChain('zcash'));
const REFUSAL = { valid: false, reason: 'bad-cb-script' } as const;

test('a node is asked once in each branch, with a block that differs from its template', async () => {
  const node = new FakeNode('a');
  const blocks: string[] = [];
  node.judge = (block) => {
    blocks.push(encodeHex(block));
    return { valid: true };
  };
  const proof = new VariationProof({ propose: true });
  for (const [version, height] of [
    [5, 10],
    [5, 11],
    [6, 12],
    [6, 13],
  ] as const) {
    const { work, refusal } = await proof.prove(node, workOf(variableTemplate(version, height)));
    assert.ok(work.variation !== undefined && refusal === undefined);
  }
  assert.equal(blocks.length, 2);
  assert.notEqual(blocks[0], encodeHex(proposalBlock(workOf(variableTemplate(5, 10)))));
});

test('the answer of one node proves nothing about another one', async () => {
  const proof = new VariationProof({ propose: true });
  const [first, second] = [new FakeNode('a'), new FakeNode('b')];
  second.verdict = REFUSAL;
  const work = workOf(variableTemplate(5, 10));
  assert.ok((await proof.prove(first, work)).work.variation !== undefined);
  assert.equal((await proof.prove(second, work)).work.variation, undefined);
  assert.deepEqual([first.proposals, second.proposals], [1, 1]);
});

test('an answer about the proof of work is not a refusal', async () => {
  const node = new FakeNode('a');
  node.verdict = { valid: false, reason: 'invalid-equihash-solution' };
  const { work } = await new VariationProof({ propose: true }).prove(node, workOf(variableTemplate(6, 10)));
  assert.ok(work.variation !== undefined);
});

test('a node that refuses three times is reported once, and not asked again until the branch changes', async () => {
  const node = new FakeNode('a');
  node.verdict = REFUSAL;
  const proof = new VariationProof({ propose: true });
  const refusals: (string | undefined)[] = [];
  for (let height = 10; height < 15; height += 1) {
    const { work, refusal } = await proof.prove(node, workOf(variableTemplate(5, height)));
    assert.equal(work.variation, undefined);
    refusals.push(refusal);
  }
  assert.match(refusals[0] ?? '', /bad-cb-script/);
  assert.deepEqual(refusals.slice(1), [undefined, undefined, undefined, undefined]);
  assert.equal(node.proposals, 3);
  node.verdict = { valid: true };
  assert.ok((await proof.prove(node, workOf(variableTemplate(6, 15)))).work.variation !== undefined);
});

test('a tip that moves while the node is asked decides nothing', async () => {
  const node = new FakeNode('a');
  node.verdict = { valid: false, reason: 'inconclusive-not-best-prevblk' };
  const proof = new VariationProof({ propose: true });
  for (let height = 10; height < 15; height += 1) {
    assert.deepEqual(
      (await proof.prove(node, workOf(variableTemplate(5, height)))).work.variation,
      undefined,
    );
  }
  node.verdict = { valid: true };
  assert.ok((await proof.prove(node, workOf(variableTemplate(5, 15)))).work.variation !== undefined);
});

test('no work is varied if proposals are switched off or not supported', async () => {
  const node = new FakeNode('a');
  const work = workOf(variableTemplate(5, 10));
  assert.equal((await new VariationProof({ propose: false }).prove(node, work)).work.variation, undefined);
  assert.equal(node.proposals, 0);
  node.proposeFailure = new RpcError('a', 'getblocktemplate', -32601, 'no proposals here');
  const { work: given, refusal } = await new VariationProof({ propose: true }).prove(node, work);
  assert.equal(given.variation, undefined);
  assert.match(refusal ?? '', /no proposals here/);
});

test('a node that does not answer leaves the question open', async () => {
  const node = new FakeNode('a');
  node.proposeFailure = new AditError('ADIT_RPC_TIMEOUT', 'no answer');
  const proof = new VariationProof({ propose: true });
  const work = workOf(variableTemplate(5, 10));
  await assert.rejects(proof.prove(node, work), { code: 'ADIT_RPC_TIMEOUT' });
  node.proposeFailure = undefined;
  assert.ok((await proof.prove(node, work)).work.variation !== undefined);
});

test('the work source hands out works that can be varied, proven anew in each branch', async () => {
  const node = new FakeNode('a', variableTemplate(5, 10));
  await withSource([node], {}, async (rig) => {
    assert.ok(rig.last()?.variation !== undefined);
    // One proposal is the template as it is, and the other has a text.
    assert.equal(node.proposals, 2);
    await rig.clock.advance(250);
    node.publish(variableTemplate(5, 11));
    await rig.clock.settle();
    assert.ok(rig.last()?.variation !== undefined);
    assert.equal(node.proposals, 2);
    await rig.clock.advance(250);
    node.publish(variableTemplate(6, 12));
    await rig.clock.settle();
    assert.equal(rig.last()?.height, 12);
    assert.ok(rig.last()?.variation !== undefined);
    assert.equal(node.proposals, 4);
  });
});

test('the work source hands out opaque works if the node refuses the text, and reports it', async () => {
  const template = variableTemplate(5, 10);
  const node = new FakeNode('a', template);
  const untouched = encodeHex(proposalBlock(workOf(template)));
  node.judge = (block) => (encodeHex(block) === untouched ? { valid: true } : REFUSAL);
  await withSource([node], {}, async (rig) => {
    assert.equal(rig.last()?.height, 10);
    assert.equal(rig.last()?.variation, undefined);
    assert.equal(rig.statuses.filter(({ detail }) => /does not take another text/.test(detail)).length, 1);
    assert.equal(rig.statuses.at(-1)?.state, 'ready');
  });
});

test('an opaque template costs no second proposal', async () => {
  const node = new FakeNode('a', sampleTemplate({ height: 10 }));
  await withSource([node], {}, async (rig) => {
    assert.equal(rig.last()?.variation, undefined);
    assert.equal(node.proposals, 1);
  });
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { SubmitAnswer, ZcashNode } from '@adit/chain';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import { zcashCandidateChain } from '../src/zcash/candidates.ts';

const OPEN = 12;
const hashOf = (height: number) => height.toString(16).padStart(64, '0');

/** A node whose chain has only blocks of the pool. A payload says which block it is. */
class Node {
  readonly name = 'node';
  tip = OPEN;
  readonly submitted: number[] = [];

  async submitBlock(block: Uint8Array): Promise<SubmitAnswer> {
    const height = block.at(-1) ?? 0;
    this.submitted.push(height);
    if (height <= this.tip) return { kind: 'duplicate', raw: 'duplicate' };
    this.tip = height;
    return { kind: 'accepted', raw: null };
  }

  async getBlockCount(): Promise<number> {
    return this.tip;
  }

  async getBlockHeader(hash: string): Promise<{ confirmations: number; height: number } | undefined> {
    const height = Number.parseInt(hash, 16);
    return height > this.tip ? undefined : { confirmations: this.tip - height + 1, height };
  }

  async getBlockHash(height: number): Promise<string | undefined> {
    return height > this.tip ? undefined : hashOf(height);
  }
}

const never = () => new Promise<never>(() => {});
const HANGS = {
  name: 'hangs',
  submitBlock: never,
  getBlockCount: never,
  getBlockHeader: never,
  getBlockHash: never,
};

function follow(context: TestContext, nodes: readonly unknown[]) {
  const candidates = new Candidates({
    store: new CandidateStore(temporaryFolder(context)),
    onEvent: () => {},
    chain: {
      ...zcashCandidateChain({ nodes: nodes as ZcashNode[], confirmations: 100 }),
      watchMs: 3_600_000,
      stopWithinMs: 1,
    },
  });
  context.after(() => candidates.stop());
  candidates.start(
    Array.from(
      { length: OPEN },
      (_, i): Candidate => ({
        chain: 'z',
        what: 'block',
        id: hashOf(i + 1),
        height: i + 1,
        worker: 'w',
        foundAtMs: 0,
        payload: hashOf(i + 1),
        answers: [],
        state: 'submitted',
      }),
    ),
  );
  return candidates;
}

test('a node that hangs does not keep the others from getting a lost block back', async (context) => {
  const nodes = [new Node(), new Node()];
  const candidates = follow(context, [...nodes, HANGS]);
  for (const node of nodes) node.tip -= 1;
  candidates.tipWentBack();
  await until('they have it again', () => nodes.every(({ tip }) => tip === OPEN), 20);
});

test('of several lost blocks a block is handed in before its child', async (context) => {
  const node = new Node();
  const candidates = follow(context, [node]);
  node.tip -= 3;
  candidates.tipWentBack();
  await until('it has them again', () => node.submitted.length === 3);
  assert.deepEqual(node.submitted, [OPEN - 2, OPEN - 1, OPEN]);
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import type { CandidateChain, CandidateFate, SubmissionReport } from '../src/blocks/candidate-chain.ts';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import type { PoolEvent } from '../src/events.ts';

const BLOCK: Candidate = {
  chain: 'zcash',
  what: 'block',
  id: 'b1',
  height: 5,
  worker: 'alice',
  foundAtMs: 1_700_000_000_000,
  payload: 'aabb',
  answers: [],
  state: 'pending',
};
const MISSING: CandidateFate = { state: 'side_chain', confirmations: 0, final: false, again: true };
const THERE: CandidateFate = { state: 'best_chain', confirmations: 1, final: false, again: false };
const said = (outcome: SubmissionReport['outcome'], answer: string): SubmissionReport => ({
  outcome,
  answers: [{ node: 'n', answer }],
});

/** Candidates on a chain that the test makes. Looks come every millisecond; pauses end only by the test's clock. */
function rig(context: TestContext, chain: Partial<CandidateChain>) {
  const clock = { now: 0 };
  const events: PoolEvent[] = [];
  const submitted: string[] = [];
  let looks = 0;
  const { submit = async () => said('accepted', 'accepted'), fate = async () => undefined, ...rest } = chain;
  const candidates = new Candidates({
    store: new CandidateStore(temporaryFolder(context)),
    onEvent: (event) => events.push(event),
    now: () => clock.now,
    chain: {
      submit: (candidate) => {
        submitted.push(candidate.id);
        return submit(candidate);
      },
      fate: (candidate) => {
        looks += 1;
        return fate(candidate);
      },
      watchMs: 1,
      ...rest,
    },
  });
  context.after(() => candidates.stop());
  /** Waits for three more looks: after them everything that is due has been done. */
  const settled = async (): Promise<void> => {
    const from = looks;
    await until('three looks', () => looks >= from + 3);
  };
  const of = <K extends PoolEvent['kind']>(kind: K) =>
    events.filter((event) => event.kind === kind) as Extract<PoolEvent, { kind: K }>[];
  return { candidates, clock, events, submitted, settled, of };
}

test('when the tip goes back, the pool looks for its blocks at once, even during a pause', async (context) => {
  const fates = [THERE];
  const { candidates, submitted } = rig(context, {
    submit: async () => said('accepted', 'accepted'),
    fate: async () => fates[0],
    watchMs: 3_600_000,
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await until('it is handed in', () => submitted.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  fates[0] = MISSING;
  candidates.tipWentBack();
  await until('it is handed in again', () => submitted.length === 2);
  // Each time the pauses begin again with the shortest.
  candidates.tipWentBack();
  await until('and again', () => submitted.length === 3);
});

test('when the tip goes back, blocks that were beside the chain before do not delay the look for lost ones', async (context) => {
  const fates = new Map([[BLOCK.id, THERE]]);
  const { candidates, submitted, of } = rig(context, {
    submit: async () => said('accepted', 'accepted'),
    fate: async ({ id }) => fates.get(id) ?? MISSING,
    watchMs: 5,
  });
  const siblings = ['s1', 's2', 's3', 's4', 's5', 's6'];
  candidates.start([]);
  for (const id of [...siblings, BLOCK.id]) candidates.found({ ...BLOCK, id });
  await until('all have been looked at', () => of('block_state').length === siblings.length + 1);
  const before = submitted.length;
  fates.set(BLOCK.id, MISSING);
  candidates.tipWentBack();
  await until('it is handed in again', () => submitted.length > before);
  await until('another look is over', () => of('block_state').length > siblings.length + 1);
  assert.deepEqual(submitted.slice(before), [BLOCK.id]);
});

test('a block that a node took and lost is handed in again, less and less often, and without an event while all is well', async (context) => {
  const answers = ['accepted', 'duplicate', 'duplicate'];
  const { candidates, clock, submitted, settled, of, events } = rig(context, {
    submit: async () => said('accepted', answers.shift() ?? 'duplicate'),
    fate: async () => MISSING,
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await settled();
  assert.equal(submitted.length, 1);
  const at: number[] = [];
  for (let time = 1; time <= 200; time += 1) {
    const before = submitted.length;
    clock.now = time;
    await settled();
    if (submitted.length > before) at.push(time);
  }
  assert.deepEqual(at, [1, 3, 7, 15, 31, 63, 103, 143, 183]);
  assert.equal(of('block_submitted').length, 1);
  assert.deepEqual(
    events.filter(({ kind }) => kind === 'problem'),
    [],
  );
});

test('a node that accepts a block a second time had lost it, and the pool reports that', async (context) => {
  const { candidates, clock, submitted, settled, of } = rig(context, { fate: async () => MISSING });
  candidates.start([]);
  candidates.found(BLOCK);
  await settled();
  clock.now = 1;
  await settled();
  assert.equal(submitted.length, 2);
  assert.equal(of('block_submitted').length, 1);
  assert.deepEqual(of('problem'), [
    { kind: 'problem', chain: 'zcash', block: 'b1', cause: 'block_lost', detail: 'n' },
  ]);
});

test('a block that falls off the chain is handed in at once, even after many tries', async (context) => {
  let fate = MISSING;
  const { candidates, clock, submitted, settled } = rig(context, { fate: async () => fate });
  candidates.start([{ ...BLOCK, state: 'submitted' }]);
  for (clock.now = 0; clock.now < 100; clock.now += 20) await settled();
  const tried = submitted.length;
  fate = THERE;
  clock.now = 1_000;
  await settled();
  assert.equal(submitted.length, tried);
  fate = MISSING;
  await settled();
  assert.equal(submitted.length, tried + 1);
});

test('a block that can no longer win is not handed in again', async (context) => {
  const { candidates, clock, submitted, settled } = rig(context, {
    fate: async () => ({ ...MISSING, again: false }),
  });
  candidates.start([]);
  candidates.found(BLOCK);
  clock.now = 1_000_000;
  await settled();
  assert.equal(submitted.length, 1);
});

test('a refusal is not final where the chain has the block', async (context) => {
  const { candidates, of, settled } = rig(context, {
    submit: async () => said('refused', 'rejected'),
    fate: async () => THERE,
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await settled();
  assert.deepEqual(
    of('block_submitted').map(({ outcome }) => outcome),
    ['accepted'],
  );
  assert.deepEqual(
    of('block_state').map(({ state }) => state),
    ['best_chain'],
  );
});

test('a refusal is not final either while no node can be asked', async (context) => {
  const { candidates, clock, submitted, settled, of } = rig(context, {
    submit: async () => said('refused', 'rejected'),
    fate: async () => undefined,
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await settled();
  clock.now = 1;
  await settled();
  assert.equal(submitted.length, 2);
  assert.deepEqual(
    of('block_submitted').map(({ outcome }) => outcome),
    ['undecided'],
  );
});

test('a block that no node answered for is found on the chain, and reported as accepted', async (context) => {
  let fate = MISSING;
  const { candidates, settled, of } = rig(context, {
    submit: async () => said('undecided', 'unreachable: no answer'),
    fate: async () => fate,
  });
  candidates.start([]);
  candidates.found(BLOCK);
  await settled();
  fate = THERE;
  await settled();
  assert.deepEqual(
    of('block_submitted').map(({ outcome, accepted }) => [outcome, accepted]),
    [
      ['undecided', false],
      ['accepted', true],
    ],
  );
});

test('an outcome that stays undecided for hours is reported once, and the block is handed in every few looks', async (context) => {
  const { candidates, clock, submitted, settled, of } = rig(context, {
    submit: async () => said('undecided', 'service not ready'),
    fate: async () => ({ ...MISSING, state: 'unknown' }),
  });
  candidates.start([]);
  candidates.found(BLOCK);
  for (clock.now = 0; clock.now < 40; clock.now += 1) await settled();
  assert.equal(submitted.length, 1 + [1, 3, 7, 11, 15, 19, 23, 27, 31, 35, 39].length);
  assert.equal(of('block_submitted').length, 1);
});

test('a node that hangs gets at most a few old blocks at once', async (context) => {
  let underWay = 0;
  let most = 0;
  const { candidates, settled } = rig(context, {
    fate: async () => MISSING,
    submit: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(() => {});
      return said('undecided', 'never');
    },
    stopWithinMs: 1,
  });
  candidates.start(Array.from({ length: 20 }, (_, i) => ({ ...BLOCK, id: `b${i}`, state: 'submitted' })));
  await settled();
  assert.equal(most, 4);
});

test('a fruit whose header already has a fruit is not followed, and leaves no file', async (context) => {
  const store = new CandidateStore(temporaryFolder(context));
  const events: PoolEvent[] = [];
  const candidates = new Candidates({
    store,
    onEvent: (event) => events.push(event),
    chain: {
      submit: async () => ({ outcome: 'superfluous', answers: [] }),
      fate: async () => assert.fail('nobody asks for it'),
      watchMs: 1,
    },
  });
  candidates.start([]);
  candidates.found({ ...BLOCK, what: 'fruit' });
  await candidates.stop();
  assert.deepEqual(await store.unfinished(() => assert.fail()), []);
  assert.deepEqual(
    events.map((event) => (event.kind === 'block_submitted' ? event.outcome : event.kind)),
    ['block_found', 'superfluous'],
  );
});

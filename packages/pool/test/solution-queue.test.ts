import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrueChainSolution, WorkSubmitOutcome } from '@adit/chain';
import type { SubmissionReport } from '../src/blocks/candidate-chain.ts';
import { SolutionQueue } from '../src/truechain/solution-queue.ts';

const TAKEN: WorkSubmitOutcome = {
  accepted: true,
  undecided: false,
  answers: [{ node: 'n', answer: { kind: 'taken' } }],
};
const REFUSED: WorkSubmitOutcome = {
  accepted: false,
  undecided: false,
  answers: [{ node: 'n', answer: { kind: 'refused' } }],
};
const OPEN: WorkSubmitOutcome = {
  accepted: false,
  undecided: true,
  answers: [{ node: 'n', answer: { kind: 'unreachable', detail: 'gone' } }],
};

/** A queue whose submissions the test answers. */
function rig() {
  const underWay: { id: string; answer: (outcome: WorkSubmitOutcome) => void }[] = [];
  const news: boolean[] = [];
  let most = 0;
  const queue = new SolutionQueue({
    submit: (solution, what) =>
      new Promise((resolve) => {
        underWay.push({ id: `${what}${solution.nonce}`, answer: resolve });
        most = Math.max(most, underWay.length);
      }),
    onSubmitted: ({ fruitTaken }) => news.push(fruitTaken),
  });
  const reports = new Map<string, SubmissionReport['outcome']>();
  let nonce = 0n;
  const handIn = (what: 'block' | 'fruit', header: string, more: { height?: number; id?: string } = {}) => {
    nonce += 1n;
    const id = more.id ?? `${what}${nonce}`;
    const solution = { nonce } as TrueChainSolution;
    void queue
      .handIn({ id, what, height: more.height ?? 1, header, solution })
      .then(({ outcome }) => reports.set(id, outcome));
    return id;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  /** Answers the submission that has been under way longest. */
  const answer = async (outcome: WorkSubmitOutcome): Promise<string> => {
    const first = underWay.shift();
    assert.ok(first, 'nothing is under way');
    first.answer(outcome);
    await settle();
    return first.id;
  };
  const ids = () => underWay.map(({ id }) => id);
  return { queue, handIn, answer, settle, reports, ids, news, most: () => most };
}

test('only one fruit of a header is under way, and after a taken one the others are superfluous', async () => {
  const { handIn, answer, settle, reports, ids } = rig();
  for (let i = 0; i < 4; i += 1) handIn('fruit', 'a');
  await settle();
  assert.deepEqual(ids(), ['fruit1']);
  await answer(TAKEN);
  assert.deepEqual(ids(), []);
  handIn('fruit', 'a');
  await settle();
  assert.deepEqual(ids(), []);
  assert.deepEqual(
    [...reports],
    [
      ['fruit1', 'accepted'],
      ['fruit2', 'superfluous'],
      ['fruit3', 'superfluous'],
      ['fruit4', 'superfluous'],
      ['fruit5', 'superfluous'],
    ],
  );
});

test('the next fruit is sent after a refusal or an error, and its refusal is superfluous if the one before may have arrived', async () => {
  const { handIn, answer, reports } = rig();
  for (let i = 0; i < 5; i += 1) handIn('fruit', 'a');
  assert.equal(await answer(REFUSED), 'fruit1');
  assert.equal(await answer(OPEN), 'fruit2');
  assert.equal(await answer(REFUSED), 'fruit3');
  assert.equal(await answer(TAKEN), 'fruit4');
  assert.deepEqual([...reports.values()], ['refused', 'undecided', 'superfluous', 'accepted', 'superfluous']);
});

test('a solution whose fate is open is not refused by a later refusal: the first attempt may have arrived', async () => {
  const { handIn, answer, reports } = rig();
  handIn('fruit', 'a', { id: 'x' });
  await answer(OPEN);
  assert.equal(reports.get('x'), 'undecided');
  handIn('fruit', 'a', { id: 'x' });
  await answer(REFUSED);
  assert.equal(reports.get('x'), 'undecided');
});

test('blocks go before fruits, and the newest header first', async () => {
  const { handIn, answer, ids, settle } = rig();
  for (const header of ['a', 'b', 'c', 'd']) handIn('fruit', header, { height: 5 });
  handIn('fruit', 'e', { height: 6 });
  handIn('block', 'a', { height: 5 });
  handIn('block', 'f', { height: 4 });
  await settle();
  // Two fruits are sent first. The other places are for blocks.
  assert.deepEqual(ids(), ['fruit1', 'fruit2', 'block6', 'block7']);
  const order: string[] = [];
  while (ids().length > 0) order.push(await answer(TAKEN));
  assert.deepEqual(order, ['fruit1', 'fruit2', 'block6', 'block7', 'fruit5', 'fruit4', 'fruit3']);
});

test('of a thousand fruits few are under way at once, and a block does not wait behind them', async () => {
  const { handIn, answer, ids, settle, most, reports } = rig();
  for (let i = 0; i < 1000; i += 1) handIn('fruit', `header ${i}`);
  await settle();
  assert.equal(ids().length, 2);
  const block = handIn('block', 'header 0');
  assert.ok(ids().includes(block));
  while (ids().length > 0) await answer(TAKEN);
  assert.ok(most() <= 4);
  const dropped = [...reports].filter(([, outcome]) => outcome === 'superfluous').map(([id]) => id);
  assert.equal(dropped.length, 1000 - 2 - 256);
  // The fruits of the oldest headers were dropped.
  assert.ok(dropped.includes('fruit3'));
  assert.ok(!dropped.includes('fruit1000'));
});

test('only a few solutions of one header wait for the first', async () => {
  const { handIn, answer, settle, reports } = rig();
  for (let i = 0; i < 10; i += 1) handIn('fruit', 'a');
  await settle();
  assert.equal(reports.size, 5);
  for (let i = 0; i < 5; i += 1) await answer(REFUSED);
  assert.equal([...reports.values()].filter((outcome) => outcome === 'refused').length, 5);
});

test('a block that was taken but is not on the chain leaves its header open for another one', async () => {
  const { queue, handIn, answer, ids, reports } = rig();
  handIn('block', 'a');
  await answer(TAKEN);
  queue.reopen('a', 'block');
  const second = handIn('block', 'a');
  assert.deepEqual(ids(), [second]);
  await answer(TAKEN);
  assert.equal(reports.get(second), 'accepted');
});

test('the queue knows what an earlier process learnt of a header', async () => {
  const { queue, handIn, settle, reports, answer } = rig();
  queue.remember({ id: 'old', header: 'a', what: 'fruit' }, 'taken');
  queue.remember({ id: 'open', header: 'b', what: 'fruit' }, 'open');
  const late = handIn('fruit', 'a');
  await settle();
  assert.equal(reports.get(late), 'superfluous');
  handIn('fruit', 'b', { id: 'open' });
  await answer(REFUSED);
  assert.equal(reports.get('open'), 'undecided');
});

test('each answer reports whether a node took a fruit', async () => {
  const { handIn, answer, news } = rig();
  handIn('fruit', 'a');
  handIn('fruit', 'b');
  handIn('block', 'a');
  for (const outcome of [TAKEN, REFUSED, TAKEN]) await answer(outcome);
  assert.deepEqual(news, [true, false, false]);
});

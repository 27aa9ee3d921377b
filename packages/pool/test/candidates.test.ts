import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { CandidateChain, CandidateFate, SubmissionReport } from '../src/blocks/candidate-chain.ts';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import type { PoolEvent } from '../src/events.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'adit-candidates-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

interface Setup {
  readonly data: string;
  readonly submitted: string[];
  readonly events: PoolEvent[];
  readonly candidates: Candidates;
  readonly store: CandidateStore;
}

function setUp(report: SubmissionReport, fate: CandidateFate | undefined = undefined, data?: string): Setup {
  count += 1;
  const where = data ?? path.join(folder, String(count));
  const store = new CandidateStore(where);
  const submitted: string[] = [];
  const events: PoolEvent[] = [];
  const candidates = new Candidates({
    store,
    onEvent: (event) => events.push(event),
    chain: {
      submit: async ({ id }) => {
        submitted.push(id);
        return report;
      },
      fate: async () => fate,
      watchMs: 5,
    },
  });
  return { data: where, submitted, events, candidates, store };
}

const candidate = (id: string): Candidate => ({
  chain: 'zcash',
  what: 'block',
  id,
  height: 5,
  worker: 'alice',
  foundAtMs: Date.now(),
  payload: 'aabb',
  answers: [],
  state: 'pending',
});

const ACCEPTED: SubmissionReport = {
  outcome: 'accepted',
  answers: [{ node: 'n', answer: 'accepted' }],
};
const REFUSED: SubmissionReport = {
  outcome: 'refused',
  answers: [{ node: 'n', answer: 'rejected' }],
};
const UNREACHABLE: SubmissionReport = {
  outcome: 'undecided',
  answers: [{ node: 'n', answer: 'unreachable' }],
};

test('a found block is submitted once, its outcome is reported, and it is on disk for the next start', async () => {
  const { candidates, submitted, events, data } = setUp(ACCEPTED);
  candidates.start([]);
  candidates.found(candidate('a'));
  candidates.found(candidate('a'));
  await candidates.stop();
  assert.deepEqual(submitted, ['a']);
  assert.ok(existsSync(path.join(data, 'blocks', 'zcash-a.json')));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['block_found', 'block_submitted'],
  );
});

test('an accepted block is followed until it is final, and then its file moves to done', async () => {
  const { candidates, data, events } = setUp(ACCEPTED, {
    state: 'best_chain',
    confirmations: 100,
    final: true,
    again: false,
  });
  candidates.start([]);
  candidates.found(candidate('b'));
  const done = path.join(data, 'blocks', 'done', 'zcash-b.json');
  while (!existsSync(done)) await new Promise((resolve) => setTimeout(resolve, 5));
  await candidates.stop();
  assert.ok(events.some((event) => event.kind === 'block_state' && event.confirmations === 100));
  assert.equal((JSON.parse(readFileSync(done, 'utf8')) as Candidate).state, 'submitted');
});

/** No node has the block, or will have it. */
const LOST: CandidateFate = { state: 'unknown', confirmations: 0, final: false, again: false };

test('a refused block moves to done with every answer', async () => {
  const { candidates, data } = setUp(REFUSED, LOST);
  candidates.start([]);
  candidates.found(candidate('c'));
  await candidates.stop();
  const kept = JSON.parse(
    readFileSync(path.join(data, 'blocks', 'done', 'zcash-c.json'), 'utf8'),
  ) as Candidate;
  assert.deepEqual([kept.state, kept.answers], ['refused', REFUSED.answers]);
});

test('a block that no node could take is handed in again, also by the next process', async () => {
  const first = setUp(UNREACHABLE);
  first.candidates.start([]);
  first.candidates.found(candidate('d'));
  while (first.submitted.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  await first.candidates.stop();
  const second = setUp(ACCEPTED, undefined, first.data);
  const unfinished = await second.store.unfinished(() => assert.fail());
  assert.deepEqual(
    unfinished.map(({ id }) => id),
    ['d'],
  );
  second.candidates.start(unfinished);
  await second.candidates.stop();
  assert.deepEqual(second.submitted, ['d']);
});

/** Candidates whose chain gives the answers that the test sets. */
function scripted(
  chain: Partial<CandidateChain>,
  store?: CandidateStore,
): { candidates: Candidates; events: PoolEvent[] } {
  count += 1;
  const events: PoolEvent[] = [];
  const candidates = new Candidates({
    store: store ?? new CandidateStore(path.join(folder, String(count))),
    onEvent: (event) => events.push(event),
    chain: { submit: async () => ACCEPTED, fate: async () => undefined, watchMs: 1, ...chain },
  });
  return { candidates, events };
}

const turns = async (times: number): Promise<void> => {
  for (let i = 0; i < times; i += 1) await new Promise((resolve) => setTimeout(resolve, 2));
};

test('while a look hangs no second one begins, and a stop does not wait for the rest of it', async () => {
  let looks = 0;
  const answer = Promise.withResolvers<undefined>();
  const { candidates } = scripted({
    fate: () => {
      looks += 1;
      return answer.promise;
    },
  });
  candidates.start([]);
  for (const id of ['one', 'two', 'three', 'four', 'five', 'six']) candidates.found(candidate(id));
  while (looks === 0) await turns(1);
  await turns(20);
  // Four calls of the first look, and none of a second one.
  assert.equal(looks, 4);
  const stopped = candidates.stop();
  answer.resolve(undefined);
  await stopped;
  assert.equal(looks, 4);
});

test('a stop does not wait for ever for a node that hangs, and the block stays on disk', async () => {
  const store = new CandidateStore(path.join(folder, 'hangs'));
  const { candidates } = scripted({ submit: () => new Promise(() => {}), stopWithinMs: 5 }, store);
  candidates.start([]);
  candidates.found(candidate('stuck'));
  await candidates.stop();
  const next = new CandidateStore(path.join(folder, 'hangs'));
  assert.deepEqual(
    (await next.unfinished(() => assert.fail())).map(({ id, state }) => [id, state]),
    [['stuck', 'pending']],
  );
});

test('a block that the node refuses at the second hand-in is not handed in for ever', async () => {
  const reports = [UNREACHABLE, REFUSED];
  let offers = 0;
  const { candidates, events } = scripted({
    fate: async () => (offers < 2 ? undefined : LOST),
    submit: async () => {
      offers += 1;
      return reports.shift() ?? REFUSED;
    },
  });
  candidates.start([]);
  candidates.found(candidate('late'));
  while (offers < 2) await turns(1);
  await turns(20);
  await candidates.stop();
  assert.equal(offers, 2);
  assert.ok(!events.some(({ kind }) => kind === 'problem'));
});

test('a block is handed in and followed even if the disk cannot be written', async () => {
  const store = new CandidateStore(path.join(folder, 'full'));
  store.save = store.finish = async () => {
    throw new Error('no space left on device');
  };
  let offers = 0;
  const fates: string[] = [];
  const { candidates, events } = scripted(
    {
      submit: async () => {
        offers += 1;
        return offers < 3 ? UNREACHABLE : ACCEPTED;
      },
      fate: async ({ id }) => {
        if (offers >= 3) fates.push(id);
        return offers < 3 ? undefined : { state: 'best_chain', confirmations: 1, final: true, again: false };
      },
    },
    store,
  );
  candidates.start([]);
  candidates.found(candidate('full'));
  while (fates.length === 0) await turns(1);
  await turns(5);
  await candidates.stop();
  assert.deepEqual([offers, fates], [3, ['full']]);
  assert.ok(events.some((event) => event.kind === 'problem' && event.detail.includes('no space left')));
});

test('a candidate that cannot be followed does not keep the pool from following the others', async () => {
  const asked = new Set<string>();
  const { candidates, events } = scripted({
    fate: async ({ id }) => {
      asked.add(id);
      if (id === 'first') throw new Error('odd answer');
      return undefined;
    },
  });
  candidates.start([]);
  for (const id of ['first', 'second']) candidates.found(candidate(id));
  while (!asked.has('second')) await turns(1);
  await candidates.stop();
  assert.ok(events.some((event) => event.kind === 'problem' && event.detail === 'odd answer'));
});

test('a file that is not a candidate is renamed too', async () => {
  const { data, store } = setUp(ACCEPTED);
  await store.save(candidate('good'));
  for (const [name, text] of [
    ['a', 'null'],
    ['b', '{"chain":"zcash"}'],
  ]) {
    writeFileSync(path.join(data, 'blocks', `zcash-${name}.json`), String(text));
  }
  const bad: string[] = [];
  const found = await new CandidateStore(data).unfinished((file) => bad.push(path.basename(file)));
  assert.deepEqual(found, [{ ...candidate('good'), foundAtMs: found[0]?.foundAtMs }]);
  assert.deepEqual(bad.sort(), ['zcash-a.json', 'zcash-b.json']);
});

test('a file that cannot be read back is renamed and reported', async () => {
  const { data, store } = setUp(ACCEPTED);
  writeFileSync(path.join(data, 'blocks', 'zcash-x.json'), '{ half');
  writeFileSync(path.join(data, 'blocks', 'zcash-y.json.tmp'), 'never finished');
  const bad: string[] = [];
  assert.deepEqual(await store.unfinished((file) => bad.push(path.basename(file))), []);
  assert.deepEqual(bad, ['zcash-x.json']);
  assert.deepEqual(readdirSync(path.join(data, 'blocks')).sort(), ['done', 'zcash-x.json.unreadable']);
});

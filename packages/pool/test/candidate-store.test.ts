import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';
import { Candidates } from '../src/blocks/candidates.ts';
import { GatedDisk } from './support/gated-disk.ts';

const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  chain: 'zcash',
  what: 'block',
  id,
  height: 5,
  worker: 'alice',
  foundAtMs: 1_700_000_000_000,
  payload: 'aabb',
  answers: [],
  state: 'pending',
  ...more,
});

function open(context: TestContext) {
  const data = temporaryFolder(context);
  const store = new CandidateStore(data);
  const read = async () => {
    const found = await new CandidateStore(data).unfinished(() => assert.fail('a file cannot be read'));
    return found.map(({ id }) => id);
  };
  return { data, store, read };
}

test('a block goes to the nodes before it is written to disk', async (context) => {
  const { data, store } = open(context);
  const files: string[][] = [];
  const candidates = new Candidates({
    store,
    onEvent: () => {},
    chain: {
      submit: async () => {
        files.push(readdirSync(path.join(data, 'blocks')));
        return { outcome: 'accepted', answers: [] };
      },
      fate: async () => undefined,
      watchMs: 1_000,
    },
  });
  candidates.start([]);
  candidates.found(candidate('a'));
  assert.deepEqual(files, [['done']]);
  await candidates.stop();
  assert.ok(existsSync(path.join(data, 'blocks', 'zcash-a.json')));
});

test('while a sync of the disk hangs, a block is handed in at once and followed, and the main thread goes on', async (context) => {
  const data = temporaryFolder(context);
  const disk = new GatedDisk();
  disk.hang();
  const store = new CandidateStore(data, 0o600, undefined, disk);
  let handedIn = 0;
  let asked = 0;
  const candidates = new Candidates({
    store,
    onEvent: () => {},
    chain: {
      submit: async () => {
        handedIn += 1;
        return { outcome: 'accepted', answers: [] };
      },
      fate: async () => {
        asked += 1;
        return undefined;
      },
      watchMs: 1,
    },
  });
  candidates.start([]);
  candidates.found(candidate('a'));
  candidates.found(candidate('b'));
  assert.equal(handedIn, 2);
  await until('they are followed', () => asked >= 2);
  const files = () => readdirSync(path.join(data, 'blocks')).filter((name) => name.endsWith('.json'));
  assert.deepEqual(files(), [], 'nothing counts as written before the disk has it');
  await until('the write of the first one hangs', () => disk.waiting.length > 0);
  assert.equal(disk.waiting.length, 1, 'one request at a time');
  disk.heal();
  await candidates.stop();
  assert.deepEqual(files().sort(), ['zcash-a.json', 'zcash-b.json']);
});

test('changes to a candidate happen in order, and of those that wait only the newest is written', async (context) => {
  const { data, store, read } = open(context);
  await Promise.all([
    store.save(candidate('a', { worker: 'first' })),
    store.save(candidate('a', { worker: 'second' })),
    store.save(candidate('b')),
    store.finish(candidate('b', { state: 'submitted' })),
    store.save(candidate('c')),
    store.forget(candidate('c')),
  ]);
  assert.deepEqual(await read(), ['a']);
  const kept = JSON.parse(readFileSync(path.join(data, 'blocks', 'zcash-a.json'), 'utf8')) as Candidate;
  assert.equal(kept.worker, 'second');
  assert.deepEqual(readdirSync(path.join(data, 'blocks', 'done')), ['zcash-b.json']);
  await store.finish(candidate('a'));
  assert.deepEqual(await read(), []);
});

test('a candidate that cannot be written does not keep the others from the disk', async (context) => {
  const { data, store } = open(context);
  // There is a folder in the place of the file.
  mkdirSync(path.join(data, 'blocks', 'zcash-bad.json.tmp'));
  const results = await Promise.allSettled(['a', 'bad', 'c'].map((id) => store.save(candidate(id))));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  const names = readdirSync(path.join(data, 'blocks')).filter((name) => name.endsWith('.json'));
  assert.deepEqual(names.sort(), ['zcash-a.json', 'zcash-c.json']);
});

test('a store whose disk is thousands of files behind refuses fruits, and still takes blocks', async (context) => {
  const { store } = open(context);
  const fruits = Array.from({ length: 4096 }, (_, i) => store.save(candidate(`f${i}`, { what: 'fruit' })));
  const last = store.save(candidate('f', { what: 'fruit' }));
  const block = store.save(candidate('block'));
  const [first, ...others] = await Promise.allSettled([...fruits, last, block]);
  assert.deepEqual([first?.status, others.at(-2)?.status], ['rejected', 'rejected'], 'a fruit made room');
  assert.equal(others.at(-1)?.status, 'fulfilled');
  await assert.rejects(last, { code: 'ADIT_DISK_BEHIND' });
});

test('files of the version before are read, and files with invalid fields are not', async (context) => {
  const { data, store } = open(context);
  const write = (name: string, value: unknown) =>
    writeFileSync(path.join(data, 'blocks', `${name}.json`), JSON.stringify(value));
  const old = candidate('old', { chain: 'truechain', what: 'fruit' });
  write('old', old);
  write('new', { ...old, id: 'new', coinbases: [`0x${'5a'.repeat(20)}`], later: 1 });
  write('bad-address', { ...old, coinbases: ['0x12'] });
  write('bad-answers', { ...old, answers: [{ node: 1 }] });
  const bad: string[] = [];
  const read = await store.unfinished((file) => bad.push(path.basename(file)));
  assert.deepEqual(read.map(({ id }) => id).sort(), ['new', 'old']);
  assert.deepEqual(bad.sort(), ['bad-address.json', 'bad-answers.json']);
});

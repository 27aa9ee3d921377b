import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { BlockOwner } from '../src/blocks/block-owner.ts';
import { type Candidate, CandidateStore } from '../src/blocks/candidate-store.ts';

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

/** The parts of a process on a data folder that deal with found blocks. */
function instance(context: TestContext, dataFolder: string) {
  const owner = new BlockOwner({ dataFolder }, { onProblem: assert.fail });
  context.after(() => owner.close());
  const store = new CandidateStore(dataFolder, 0o600, owner);
  const takes = async () => {
    const found = await store.unfinished((file) => assert.fail(`${file} cannot be read`));
    return found.map(({ id }) => id);
  };
  return { owner, store, takes };
}

test('blocks of a living process are left to it, and another one finds them as soon as it has ended', async (context) => {
  const data = temporaryFolder(context);
  const old = instance(context, data);
  await old.store.save(candidate('before'));
  const young = instance(context, data);
  assert.deepEqual(await young.takes(), []);
  await old.store.save(candidate('later'));
  assert.deepEqual(await young.takes(), []);
  // The last state that the owner wrote counts.
  await old.store.save(candidate('before', { state: 'submitted' }));
  old.owner.close();
  const found = await young.store.unfinished(() => assert.fail());
  assert.deepEqual(found.map(({ id, state }) => `${id} ${state}`).sort(), [
    'before submitted',
    'later pending',
  ]);
  assert.deepEqual(await young.takes(), [], 'each once');
});

test('a process does not find its own blocks, even while they are being written', async (context) => {
  const { store, takes } = instance(context, temporaryFolder(context));
  const saved = store.save(candidate('a'));
  assert.deepEqual(await takes(), []);
  await saved;
  assert.deepEqual(await takes(), []);
  await store.finish(candidate('a'));
  assert.deepEqual(await takes(), []);
});

test('candidates of versions that wrote no owner are taken over at once, blocks before fruits', async (context) => {
  const data = temporaryFolder(context);
  const { takes } = instance(context, data);
  for (const [id, what] of [
    ['a', 'fruit'],
    ['b', 'block'],
    ['c', 'fruit'],
  ] as const) {
    writeFileSync(path.join(data, 'blocks', `zcash-${id}.json`), JSON.stringify(candidate(id, { what })));
  }
  const found = await takes();
  assert.deepEqual([found[0], found.length], ['b', 3]);
});

test('a process that takes a block over writes that to disk, and a third process leaves the block to it', async (context) => {
  const data = temporaryFolder(context);
  const first = instance(context, data);
  await first.store.save(candidate('a'));
  first.owner.close();
  const second = instance(context, data);
  assert.deepEqual(await second.takes(), ['a']);
  await second.store.claim(candidate('a'));
  const third = instance(context, data);
  assert.deepEqual(await third.takes(), []);
  const kept = JSON.parse(readFileSync(path.join(data, 'blocks', 'zcash-a.json'), 'utf8')) as {
    owner: string;
  };
  assert.equal(kept.owner, second.owner.name);
});

test('a killed process loses its blocks to others, and its lock and drafts are removed', async (context) => {
  const data = temporaryFolder(context);
  const script = `
    import { BlockOwner } from ${JSON.stringify(new URL('../src/blocks/block-owner.ts', import.meta.url).href)};
    import { CandidateStore } from ${JSON.stringify(new URL('../src/blocks/candidate-store.ts', import.meta.url).href)};
    const dataFolder = ${JSON.stringify(data)};
    const owner = new BlockOwner({ dataFolder }, { onProblem: console.error });
    await new CandidateStore(dataFolder, 0o600, owner).save(${JSON.stringify(candidate('a'))});
    console.log(owner.name);
    setInterval(() => owner.name, 1000);`;
  // A program from a file, since one from `--eval` starts no threads from files.
  const program = path.join(temporaryFolder(context), 'program.mjs');
  writeFileSync(program, script);
  const child = spawn(process.execPath, ['--conditions=adit-source', program]);
  context.after(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const name = line.toString().trim();
  const draft = path.join(data, 'blocks', `zcash-b.json.${name}.tmp`);
  writeFileSync(draft, '{ half');
  const { takes } = instance(context, data);
  assert.deepEqual(await takes(), []);
  assert.ok(existsSync(draft), 'it may just be writing it');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(await takes(), ['a']);
  assert.ok(!existsSync(draft));
  assert.ok(!readdirSync(path.join(data, 'blocks', 'owners')).includes(`${name}.lock`));
});

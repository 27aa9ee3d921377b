import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWorkerName } from '../src/worker-name.ts';
import { Workers } from '../src/workers.ts';

function named(full: string) {
  const worker = parseWorkerName(full);
  assert.ok(worker !== undefined);
  return worker;
}

test('workers are known by full name, each once, in the order in which they came', () => {
  const workers = new Workers();
  assert.deepEqual([workers.size, workers.first, [...workers.names()]], [0, undefined, []]);
  const all = ['farm.1', 'farm.2', 'other.1'].map(named);
  for (const worker of [...all, ...all.map(({ full }) => named(full))]) workers.add(worker);
  assert.deepEqual([...workers.names()], ['farm.1', 'farm.2', 'other.1']);
  assert.equal(workers.size, 3);
  assert.equal(workers.first, all[0]);
  assert.deepEqual(
    all.map(({ full }) => workers.get(full)),
    all,
  );
  assert.deepEqual([workers.has('farm.3'), workers.get('farm.3')], [false, undefined]);
});

test('a connection with one worker knows it and no other', () => {
  const workers = new Workers();
  const worker = named('alice');
  workers.add(worker);
  workers.add(named('alice'));
  assert.deepEqual([workers.size, workers.first, [...workers.names()]], [1, worker, ['alice']]);
});

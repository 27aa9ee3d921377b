import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOMS, type Room } from './mutation/rooms.ts';
import { runRoom } from './mutation/run-room.ts';
import { describe, type Mutant, scoreOf, survivorsOf } from './mutation/score.ts';
import { WorkingCopy } from './mutation/working-copy.ts';

const checkout = path.resolve(import.meta.dirname, '..');
const COUNTS = 'packages/primitives/src/compact-size.ts';
const ERRORS = 'packages/primitives/src/errors.ts';

/** Two small files, and tests that know the first one well and the second one hardly. */
const SMALL: Room = {
  name: 'small',
  sources: [COUNTS, ERRORS],
  tests: ['packages/primitives/test/byte-reader.test.ts'],
  withoutTests: [],
  plant: { file: COUNTS, from: 'if (count < 0xfd)', to: 'if (count <= 0xfd)' },
};

function run(room: Room): Promise<readonly Mutant[]> {
  return runRoom(room, { checkout, concurrency: 2, log: () => {} }).then(({ mutants }) => mutants);
}

test('mutants die where tests look, live where they do not, and the checkout is not touched', async () => {
  const before = [COUNTS, ERRORS].map((file) => readFileSync(path.join(checkout, file), 'utf8'));
  const mutants = await run(SMALL);
  const statusesOf = (file: string) =>
    mutants.filter((mutant) => mutant.file === file).map(({ status }) => status);
  assert.ok(statusesOf(COUNTS).length >= 5);
  assert.deepEqual(new Set(statusesOf(COUNTS)), new Set(['Killed']));
  // These tests look at the code of an error, not at its name, and never ask for the message of a thing.
  assert.deepEqual(new Set(statusesOf(ERRORS)), new Set(['Survived', 'NoCoverage', 'Killed']));
  const name = mutants.find(({ original }) => original === "'AditError'");
  assert.deepEqual([name?.status, name?.mutated, name?.mutator], ['Survived', '""', 'StringLiteral']);
  const { killed, timeout, survived, noCoverage, percent } = scoreOf(mutants);
  assert.equal(killed + timeout, mutants.filter(({ status }) => status === 'Killed').length);
  assert.equal(percent, (100 * killed) / (killed + survived + noCoverage));
  const after = [COUNTS, ERRORS].map((file) => readFileSync(path.join(checkout, file), 'utf8'));
  assert.deepEqual(after, before);
});

test('where the planted mutant lives, or has no place, there is no score but an error', async () => {
  const harmless = { file: ERRORS, from: "this.name = 'AditError'", to: "this.name = 'Other'" };
  await assert.rejects(run({ ...SMALL, plant: harmless }), /the mutant planted in .*errors\.ts lives/);
  const gone = { file: COUNTS, from: 'no such line', to: '' };
  await assert.rejects(run({ ...SMALL, plant: gone }), /must hold "no such line" once/);
});

test('every room has its files, its tests and one place for its planted mutant', () => {
  const copy = new WorkingCopy(checkout);
  try {
    for (const { name, sources, tests, withoutTests, plant } of ROOMS) {
      for (const pattern of [...sources, ...tests, ...withoutTests])
        assert.ok(copy.files([pattern]).length > 0, `${name}: ${pattern}`);
      assert.equal(copy.read(plant.file).split(plant.from).length, 2, `${name}: ${plant.from}`);
      assert.notEqual(plant.from, plant.to);
      assert.ok(copy.files(sources).includes(plant.file), `${name}: ${plant.file}`);
    }
  } finally {
    copy.remove();
  }
});

test('the score counts what runs without end as killed, and leaves out what does not load', () => {
  const mutant = (status: Mutant['status'], line = 1): Mutant => ({
    file: 'a.ts',
    line,
    column: 1,
    mutator: 'Block',
    original: 'a\n  b',
    mutated: '{}',
    status,
  });
  const mutants = [
    mutant('Survived', 9),
    mutant('Killed'),
    mutant('Timeout'),
    mutant('RuntimeError'),
    mutant('NoCoverage', 2),
  ];
  assert.deepEqual(scoreOf(mutants), {
    killed: 1,
    timeout: 1,
    survived: 1,
    noCoverage: 1,
    broken: 1,
    percent: 50,
  });
  assert.equal(scoreOf([]).percent, 100);
  assert.deepEqual(
    survivorsOf(mutants).map(({ line }) => line),
    [2, 9],
  );
  const text = describe({ room: 'some', mutants });
  assert.match(text, /^all of some +1 +1 +1 +1 +1 +50\.0 %$/m);
  assert.match(text, /^a\.ts:2:1 Block \(no coverage\): a b -> \{\}$/m);
});

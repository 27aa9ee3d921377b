import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { DiskThread } from '../src/disk/disk-thread.ts';
import { PriceSchedule } from '../src/truechain/price-schedule.ts';

const NEVER = new AbortController().signal;
/** A time at which a slot begins. */
const START = 1_800_000_000_000;

/** The weight before the first slot. */
const BASE = 1n;

/** The weight of a header, where it is one; undefined before the first slot. */
async function weightOf(
  schedule: PriceSchedule,
  unseenMs: number,
  signal: AbortSignal,
): Promise<bigint | undefined> {
  const weights = new Set(await schedule.weights(unseenMs, BASE, signal));
  weights.delete(BASE);
  assert.ok(weights.size <= 1);
  return [...weights][0];
}

function setUp(context: TestContext) {
  const dataFolder = temporaryFolder(context);
  const clock = { ms: START };
  const problems: string[] = [];
  const disk = new DiskThread();
  const open = (now = () => clock.ms) =>
    new PriceSchedule(
      { dataFolder, retryMs: 5 },
      { onProblem: (detail) => problems.push(detail), now, disk },
    );
  const plan = async (schedule: PriceSchedule, weight: bigint): Promise<void> => {
    schedule.plan(() => weight);
    await schedule.stop();
  };
  return { folder: join(dataFolder, 'targets', 'to-come'), dataFolder, clock, problems, open, plan };
}

test('a weight holds from the seventh slot after its proposal on, and for no header before it', async (context) => {
  const { clock, open, plan } = setUp(context);
  const schedule = open();
  assert.equal(await weightOf(schedule, 0, NEVER), undefined);
  clock.ms = START + 4_000;
  await plan(schedule, 7n);
  clock.ms = START + 32_999;
  assert.equal(await weightOf(schedule, 0, NEVER), undefined);
  clock.ms = START + 35_000;
  assert.equal(await weightOf(schedule, 0, NEVER), 7n);
  clock.ms = START + 635_000;
  assert.equal(await weightOf(open(), 0, NEVER), 7n, 'another process reads it too');
  clock.ms = START + 36_000_000;
  for (const each of [schedule, open()])
    assert.equal(await weightOf(each, 0, NEVER), 7n, 'it holds until a later one is on record');
});

test('the first plan of a slot holds, of several processes as of one', async (context) => {
  const { clock, open, plan } = setUp(context);
  const [one, other] = [open(), open()];
  await plan(one, 7n);
  await plan(one, 8n);
  await plan(other, 9n);
  clock.ms += 5_000;
  await plan(other, 10n);
  await plan(one, 11n);
  clock.ms = START + 37_500;
  for (const each of [one, other]) assert.equal(await weightOf(each, 0, NEVER), 7n);
  clock.ms = START + 42_500;
  for (const each of [one, other, open()]) assert.equal(await weightOf(each, 0, NEVER), 10n);
});

test('a weight that a slow disk wrote too late, and a file that no pool wrote, do not count', async (context) => {
  const { clock, folder, open, plan } = setUp(context);
  let calls = 0;
  // The clock before the write, and after it on a disk that hung.
  await plan(
    open(() => {
      calls += 1;
      return calls <= 2 ? START : START + 30_000;
    }),
    7n,
  );
  assert.deepEqual(
    readdirSync(folder).filter((name) => !name.startsWith('.')),
    [],
  );
  const slot = START / 5_000;
  for (const [name, text] of [
    [slot + 7, `9 ${START + 20_000}\n`],
    [slot + 3, ''],
    [slot + 2, '0 5\n'],
    [slot + 1, `-4 ${START - 60_000}\n`],
  ] as const)
    writeFileSync(join(folder, String(name)), text);
  writeFileSync(join(folder, 'notes'), 'x');
  clock.ms = START + 40_000;
  assert.equal(await weightOf(open(), 0, NEVER), undefined);
});

test('a folder that cannot be read is reported once and tried again, until it can be read or the caller gives up', async (context) => {
  const { dataFolder, folder, problems, open } = setUp(context);
  writeFileSync(join(dataFolder, 'targets'), 'a file where the folder should be');
  const giveUp = new AbortController();
  const [found, lost] = [weightOf(open(), 0, NEVER), weightOf(open(), 0, giveUp.signal)];
  await until('both say so', () => problems.length === 2);
  giveUp.abort();
  assert.equal(await lost, undefined);
  rmSync(join(dataFolder, 'targets'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(START / 5_000)), `5 ${START - 60_000}\n`);
  assert.equal(await found, 5n);
  assert.equal(problems.length, 2);
});

test('slots of more than an hour ago are removed, except the newest of them, which holds until the next one', async (context) => {
  const { clock, folder, open, plan } = setUp(context);
  assert.equal(await weightOf(open(), 0, NEVER), undefined);
  await plan(open(), 6n);
  clock.ms += 5_000;
  await plan(open(), 7n);
  clock.ms += 3_700_000;
  await plan(open(), 8n);
  const slots = [0, START / 5_000 + 8, (START + 3_705_000) / 5_000 + 7];
  assert.deepEqual(readdirSync(folder), slots.map(String).sort());
  assert.equal(await weightOf(open(), 0, NEVER), 7n);
});

test('processes with unlike start weights have one weight for headers before the first slot, that of the process which needs it first', async (context) => {
  const { clock, folder, open, plan } = setUp(context);
  const [one, other] = [open(), open()];
  assert.deepEqual(await one.weights(0, 40n, NEVER), [40n]);
  assert.deepEqual(await other.weights(0, 50n, NEVER), [40n]);
  await plan(other, 7n);
  clock.ms += 35_000;
  assert.deepEqual([...new Set(await other.weights(0, 50n, NEVER))].sort(), [40n, 7n].sort());
  // A power cut has emptied the file.
  writeFileSync(join(folder, '0'), '');
  assert.deepEqual([...new Set(await open().weights(0, 60n, NEVER))].sort(), [60n, 7n].sort());
  assert.deepEqual([...new Set(await one.weights(0, 40n, NEVER))].sort(), [60n, 7n].sort());
});

test('a process that begins goes on from the weight that was settled last, unless that is older than ten minutes', async (context) => {
  const { clock, open, plan } = setUp(context);
  await plan(open(), 7n);
  const begin = async () => {
    const told: bigint[] = [];
    const schedule = open();
    schedule.plan(
      () => told.at(-1) ?? 3n,
      (weight) => told.push(weight),
    );
    await schedule.writing;
    return told;
  };
  clock.ms += 5_000;
  assert.deepEqual(await begin(), [7n, 7n]);
  clock.ms += 700_000;
  assert.deepEqual(await begin(), [3n]);
});

test('a process that has handed over settles no more slots, and its headers have the weights of its heir', async (context) => {
  const { clock, open, plan } = setUp(context);
  const [old, heir] = [open(), open()];
  await plan(old, 7n);
  old.handOver();
  for (let slot = 1; slot < 4; slot += 1) {
    clock.ms += 5_000;
    await plan(old, 7n);
    await plan(heir, 9n);
  }
  clock.ms += 30_000;
  for (const each of [old, heir]) assert.equal(await weightOf(each, 0, NEVER), 9n);
});

test('beside a border a header has the weights of both sides, and elsewhere one', async (context) => {
  const { clock, open, plan } = setUp(context);
  await plan(open(), 7n);
  const at = async (ms: number, unseenMs = 500) => {
    clock.ms = START + ms;
    return [...new Set(await open().weights(unseenMs, 3n, NEVER))].sort();
  };
  assert.deepEqual(await at(32_900), [3n]);
  assert.deepEqual(await at(33_000), [3n, 7n]);
  assert.deepEqual(await at(37_400), [3n, 7n]);
  assert.deepEqual(await at(37_500), [7n]);
  assert.deepEqual(await at(60_000, 24_000), [3n, 7n], 'it may have been made a long time ago');
});

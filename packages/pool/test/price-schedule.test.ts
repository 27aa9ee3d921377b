import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { PriceSchedule } from '../src/truechain/price-schedule.ts';

const NEVER = new AbortController().signal;
/** A time at which a slot begins. */
const START = 1_800_000_000_000;

function setUp(context: TestContext) {
  const dataFolder = temporaryFolder(context);
  const clock = { ms: START };
  const problems: string[] = [];
  const open = (now = () => clock.ms) =>
    new PriceSchedule({ dataFolder, retryMs: 5 }, { onProblem: (detail) => problems.push(detail), now });
  const plan = async (schedule: PriceSchedule, weight: bigint): Promise<void> => {
    schedule.plan(() => weight);
    await schedule.writing;
  };
  return { folder: join(dataFolder, 'targets', 'to-come'), dataFolder, clock, problems, open, plan };
}

test('a weight holds from the seventh slot after its proposal on, and for no header before it', async (context) => {
  const { clock, open, plan } = setUp(context);
  const schedule = open();
  assert.equal(await schedule.weight(0, NEVER), undefined);
  clock.ms = START + 4_000;
  await plan(schedule, 7n);
  clock.ms = START + 34_999;
  assert.equal(await schedule.weight(0, NEVER), undefined);
  clock.ms = START + 35_000;
  assert.equal(await schedule.weight(0, NEVER), 7n);
  clock.ms = START + 36_000;
  assert.equal(await schedule.weight(2_000, NEVER), undefined, 'the header may have been made before');
  clock.ms = START + 635_000;
  assert.equal(await open().weight(0, NEVER), 7n, 'another process reads it too');
  clock.ms = START + 640_000;
  assert.equal(await schedule.weight(0, NEVER), undefined, 'after ten minutes it says nothing');
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
  clock.ms = START + 35_000;
  for (const each of [one, other]) assert.equal(await each.weight(0, NEVER), 7n);
  clock.ms = START + 40_000;
  for (const each of [one, other, open()]) assert.equal(await each.weight(0, NEVER), 10n);
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
  assert.equal(await open().weight(0, NEVER), undefined);
});

test('a folder that cannot be read is reported once and tried again, until it can be read or the caller gives up', async (context) => {
  const { dataFolder, folder, problems, open } = setUp(context);
  writeFileSync(join(dataFolder, 'targets'), 'a file where the folder should be');
  const giveUp = new AbortController();
  const [found, lost] = [open().weight(0, NEVER), open().weight(0, giveUp.signal)];
  await until('both say so', () => problems.length === 2);
  giveUp.abort();
  assert.equal(await lost, undefined);
  rmSync(join(dataFolder, 'targets'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(START / 5_000)), `5 ${START - 60_000}\n`);
  assert.equal(await found, 5n);
  assert.equal(problems.length, 2);
});

test('slots of more than an hour ago are removed', async (context) => {
  const { clock, folder, open, plan } = setUp(context);
  await plan(open(), 7n);
  clock.ms += 3_700_000;
  await plan(open(), 8n);
  assert.deepEqual(readdirSync(folder), [String((START + 3_700_000) / 5_000 + 7)]);
});

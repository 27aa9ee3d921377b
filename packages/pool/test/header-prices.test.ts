import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SharePrice } from '@adit/stratum';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { DiskThread } from '../src/disk/disk-thread.ts';
import { HeaderPrices } from '../src/truechain/header-prices.ts';

const HEADER = 'ab'.repeat(32);
const NEVER = new AbortController().signal;

const price = (target: bigint): SharePrice => ({ target, credited: target });

function setUp(context: TestContext) {
  const dataFolder = temporaryFolder(context);
  const problems: string[] = [];
  // Four threads race like four processes. More would only cost time.
  const disks = Array.from({ length: 4 }, () => new DiskThread());
  let opened = 0;
  const open = () => {
    opened += 1;
    const disk = disks[opened % disks.length] ?? new DiskThread();
    const onProblem = (detail: string) => problems.push(detail);
    return new HeaderPrices({ dataFolder, retryMs: 5 }, { onProblem, disk });
  };
  return { dataFolder, folder: join(dataFolder, 'targets'), problems, open, prices: open() };
}

test('the first process that sees a header settles its target, and later ones read it, after a restart too', async (context) => {
  const { prices, open, problems } = setUp(context);
  assert.deepEqual(await prices.settle(HEADER, price(1000n), NEVER), price(1000n));
  assert.deepEqual(await prices.settle(HEADER, price(5n), NEVER), price(1000n));
  assert.deepEqual(await open().settle(HEADER, price(7n), NEVER), price(1000n));
  assert.deepEqual(await open().settle('cd'.repeat(32), price(7n), NEVER), price(7n));
  assert.deepEqual(problems, []);
});

test('when many settle one header at the same time all get one target, and no other file stays', async (context) => {
  const { folder, open } = setUp(context);
  for (let round = 0; round < 20; round += 1) {
    const header = round.toString(16).padStart(64, '0');
    const settled = await Promise.all(
      Array.from({ length: 8 }, (_, i) => open().settle(header, price(BigInt(i + 1)), NEVER)),
    );
    const targets = settled.map((one) => (typeof one === 'object' ? one.target : one));
    assert.equal(new Set(targets).size, 1, String(targets));
  }
  assert.equal(readdirSync(folder).filter((name) => !/^[0-9a-f]{64}$/.test(name)).length, 0);
});

test("what is kept is nobody else's to read", async (context) => {
  const { folder, prices } = setUp(context);
  await prices.settle(HEADER, price(1n), NEVER);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, HEADER)).mode & 0o777, 0o600);
});

test('a target that cannot be kept is reported once and tried again, until the caller gives up', async (context) => {
  const { folder, prices, problems } = setUp(context);
  writeFileSync(folder, 'a file where the folder should be');
  const giveUp = new AbortController();
  const first = prices.settle(HEADER, price(1n), giveUp.signal);
  await until('the problem is said', () => problems.length > 0);
  giveUp.abort();
  assert.equal(await first, undefined);
  const second = prices.settle(HEADER, price(3n), NEVER);
  await new Promise((resolve) => setTimeout(resolve, 20));
  rmSync(folder);
  assert.deepEqual(await second, price(3n));
  assert.equal(problems.length, 1);
});

test('a folder that is removed while the pool runs is made again', async (context) => {
  const { folder, prices } = setUp(context);
  await prices.settle(HEADER, price(1n), NEVER);
  rmSync(folder, { recursive: true });
  assert.deepEqual(await prices.settle('cd'.repeat(32), price(2n), NEVER), price(2n));
});

test('a target that cannot be read back is never replaced by another one', async (context) => {
  const { folder, prices, problems } = setUp(context);
  mkdirSync(folder);
  for (const text of ['', '\n', 'zz', '0'.repeat(32), `${'f'.repeat(33)}\n`]) {
    writeFileSync(join(folder, HEADER), text);
    const giveUp = new AbortController();
    const settled = prices.settle(HEADER, price(9n), giveUp.signal);
    await until('the problem is said', () => problems.length > 0);
    giveUp.abort();
    assert.equal(await settled, undefined, JSON.stringify(text));
  }
});

test('targets are removed when no share for their header can come any more, but never all of them', async (context) => {
  const { folder, prices } = setUp(context);
  mkdirSync(folder);
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3600_000);
  for (let i = 0; i < 1_000; i += 1) {
    const file = join(folder, i.toString(16).padStart(64, '0'));
    writeFileSync(file, `${'1'.repeat(32)}\n`);
    // By the clock two hundred files are new.
    utimesSync(file, hoursAgo(i < 200 ? 0 : 3), hoursAgo(i < 200 ? 0 : 3));
  }
  await prices.prune();
  assert.equal(readdirSync(folder).length, 600);
  for (let i = 0; i < 200; i += 1) assert.ok(readdirSync(folder).includes(i.toString(16).padStart(64, '0')));
});

test('a header that is not a hash never becomes the name of a file', async (context) => {
  const { prices } = setUp(context);
  for (const header of ['', '../x', 'AB'.repeat(32), `${HEADER}0`])
    await assert.rejects(() => prices.settle(header, price(1n), NEVER), RangeError);
});

test('a price with another credit is read back as it was written, and a file of one target as the same for both', async (context) => {
  const { folder, prices, open } = setUp(context);
  const beside = { target: 5n, credited: 9n };
  await prices.settle(HEADER, beside, NEVER);
  assert.deepEqual(await open().settle(HEADER, price(1n), NEVER), beside);
  writeFileSync(join(folder, 'cd'.repeat(32)), `${'7'.padStart(32, '0')}\n`);
  assert.deepEqual(await open().settle('cd'.repeat(32), price(1n), NEVER), price(7n));
});

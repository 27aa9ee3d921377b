import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { BanBook } from '../src/conduct/ban-book.ts';
import type { BanAnswer, BanExchange, BanFile } from '../src/conduct/ban-exchange.ts';
import { BanList } from '../src/conduct/ban-list.ts';

const HOUR_MS = 3_600_000;

/** A file whose disk hangs until `answer` is called. */
class HangingFile implements BanFile {
  readonly asked: BanExchange[] = [];
  readonly #book: BanBook;
  #waits: (() => void)[] = [];

  constructor(dataFolder: string) {
    this.#book = new BanBook(dataFolder);
  }

  exchange(exchange: BanExchange): Promise<BanAnswer> {
    this.asked.push(exchange);
    return new Promise((resolve) => this.#waits.push(() => resolve(this.#book.exchange(exchange))));
  }

  close(): void {}

  answer(): void {
    for (const wait of this.#waits.splice(0)) wait();
  }
}

function list(dataFolder: string, file?: BanFile) {
  const problems: string[] = [];
  const bans = new BanList(
    { dataFolder, allow: [] },
    {
      now: Date.now,
      onProblem: (detail) => problems.push(detail),
      ...(file === undefined ? {} : { file }),
    },
  );
  return { bans, problems };
}

test('the main thread never calls the database of the bans', async (context) => {
  const dataFolder = temporaryFolder(context);
  const used: string[] = [];
  for (const name of ['pragma', 'prepare', 'exec', 'transaction', 'close'] as const) {
    const original = Database.prototype[name] as (...all: unknown[]) => unknown;
    const noted = function (this: Database.Database, ...all: unknown[]) {
      used.push(name);
      return original.apply(this, all);
    };
    context.mock.method(Database.prototype, name, noted as never);
  }
  const { bans, problems } = list(dataFolder);
  await bans.opened();
  const ban = bans.escalate('192.0.2.1', 'x');
  bans.lift('192.0.2.2');
  bans.refresh();
  await bans.close();
  assert.deepEqual(used, []);
  const next = list(dataFolder);
  await next.bans.opened();
  assert.deepEqual(next.bans.banned('192.0.2.1'), ban);
  await next.bans.close();
  assert.deepEqual([...problems, ...next.problems], []);
});

test('bans count at once while the disk hangs, and reach the file together when it answers', async (context) => {
  const dataFolder = temporaryFolder(context);
  const file = new HangingFile(dataFolder);
  const { bans, problems } = list(dataFolder, file);
  for (let i = 0; i < 100; i += 1) bans.escalate(`192.0.2.${i}`, 'x');
  assert.ok(bans.banned('192.0.2.99'));
  assert.equal(bans.lift('192.0.2.0'), true);
  assert.equal(bans.banned('192.0.2.0'), undefined);
  for (let i = 0; i < 20; i += 1) bans.refresh();
  assert.equal(file.asked.length, 1, 'one exchange waits for the disk');
  assert.deepEqual(problems, ['bans are kept in memory only: the disk does not answer'], 'told once');
  assert.equal(bans.problem, problems[0]);
  assert.equal(bans.unsaved, 100);
  while (bans.unsaved > 0) {
    file.answer();
    await Promise.resolve();
  }
  assert.equal(bans.problem, undefined);
  assert.equal(file.asked.length, 2);
  assert.equal(bans.list().length, 99);
  const next = list(dataFolder);
  await next.bans.opened();
  assert.equal(next.bans.list().length, 99);
  await next.bans.close();
});

test('neither the start nor the end waits longer than five seconds for the disk', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const dataFolder = temporaryFolder(context);
  const { bans } = list(dataFolder, new HangingFile(dataFolder));
  const opened = bans.opened();
  context.mock.timers.tick(5_000);
  await opened;
  bans.add('192.0.2.1', HOUR_MS, 'x');
  const closed = bans.close();
  context.mock.timers.tick(5_000);
  await closed;
  assert.ok(bans.banned('192.0.2.1'), 'a closed list still answers');
});

test('while the disk hangs, changes that wait are bounded', (context) => {
  const dataFolder = temporaryFolder(context);
  const bans = new BanList(
    { dataFolder, allow: [], maxSubjects: 64 },
    { now: Date.now, file: new HangingFile(dataFolder) },
  );
  for (let i = 0; i < 5_000; i += 1) {
    bans.add(`10.0.${i >> 8}.${i & 255}`, HOUR_MS + i, 'x');
    bans.lift(`10.1.${i >> 8}.${i & 255}`);
    assert.ok(bans.unsaved <= 128, String(bans.unsaved));
  }
});

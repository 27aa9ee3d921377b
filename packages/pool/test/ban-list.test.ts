import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { BanList, type BanListOptions } from '../src/conduct/ban-list.ts';
import { BAN_LADDER_MS, MAX_BAN_MS } from '../src/conduct/ban-rules.ts';
import { banFileIn } from './support/ban-file-in.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BEGIN = Date.UTC(2026, 0, 1);

const root = mkdtempSync(path.join(tmpdir(), 'adit-bans-'));
const lists: BanList[] = [];
after(async () => {
  for (const list of lists) await list.close();
  rmSync(root, { recursive: true, force: true });
});

class Clock {
  ms = BEGIN;
}

function folder(): string {
  return mkdtempSync(path.join(root, 'data-'));
}

async function open(
  dataFolder: string,
  clock: Clock,
  more: Partial<BanListOptions> = {},
  problems: string[] = [],
): Promise<BanList> {
  const list = new BanList(
    { dataFolder, allow: [], ...more },
    { now: () => clock.ms, onProblem: (detail) => problems.push(detail), file: banFileIn(dataFolder) },
  );
  lists.push(list);
  await list.opened();
  return list;
}

async function refresh(list: BanList): Promise<void> {
  // A refresh does nothing but count while an exchange is under way.
  await list.settled();
  list.refresh();
  await list.settled();
}

/** Opens a list on a new data folder. */
async function fresh(more: Partial<BanListOptions> = {}) {
  const clock = new Clock();
  const dataFolder = folder();
  const problems: string[] = [];
  return { clock, dataFolder, problems, bans: await open(dataFolder, clock, more, problems) };
}

test('a ban ends at its exact millisecond', async () => {
  const { clock, bans, problems } = await fresh();
  const ban = bans.add('192.0.2.1', 10 * MINUTE, 'by hand');
  assert.deepEqual(ban, {
    subject: '192.0.2.1',
    reason: 'by hand',
    sinceMs: BEGIN,
    untilMs: BEGIN + 10 * MINUTE,
    times: 1,
  });
  clock.ms = BEGIN + 10 * MINUTE - 1;
  assert.deepEqual(bans.banned('192.0.2.1'), ban);
  assert.equal(bans.banned('192.0.2.2'), undefined);
  clock.ms += 1;
  assert.equal(bans.banned('192.0.2.1'), undefined);
  assert.deepEqual(bans.list(), []);
  assert.deepEqual(problems, []);
});

test('an IPv4-mapped IPv6 address and its IPv4 address share one ban, whichever was banned', async () => {
  const { bans } = await fresh();
  bans.add('::ffff:192.0.2.7', HOUR, 'x');
  assert.equal(bans.banned('192.0.2.7')?.subject, '192.0.2.7');
  assert.equal(bans.banned('::FFFF:192.0.2.7')?.subject, '192.0.2.7');
  bans.add('192.0.2.8', HOUR, 'x');
  assert.ok(bans.banned('::ffff:192.0.2.8'));
  assert.equal(bans.lift('::ffff:192.0.2.8'), true);
  assert.equal(bans.banned('192.0.2.8'), undefined);
});

test('a ban of an IPv6 address holds for its whole /64, and for no other', async () => {
  const { bans } = await fresh();
  bans.add('2001:db8:1:2:3:4:5:6', HOUR, 'x');
  assert.ok(bans.banned('2001:db8:1:2::1'));
  assert.ok(bans.banned('2001:0db8:0001:0002:ffff::'));
  assert.equal(bans.banned('2001:db8:1:3::1'), undefined);
  const [shown] = bans.list();
  assert.ok(shown);
  // A subject can be lifted and banned again in the form that `list` shows.
  assert.equal(bans.lift(shown.subject), true);
  assert.equal(bans.banned('2001:db8:1:2::1'), undefined);
  assert.equal(bans.add(shown.subject, HOUR, 'x').subject, shown.subject);
});

test('each further ban within a week lasts longer, and after a week without one the ladder begins again', async () => {
  const { clock, bans } = await fresh();
  const lengths: number[] = [];
  for (let i = 0; i < 6; i++) {
    const ban = bans.escalate('192.0.2.1', 'x');
    assert.equal(ban.times, i + 1);
    lengths.push(ban.untilMs - ban.sinceMs);
    clock.ms = ban.untilMs + 7 * DAY - 1;
  }
  assert.deepEqual(lengths, [10 * MINUTE, HOUR, 6 * HOUR, DAY, DAY, DAY]);
  assert.deepEqual(BAN_LADDER_MS, lengths.slice(0, 4));
  clock.ms += 1 + DAY;
  await refresh(bans);
  const again = bans.escalate('192.0.2.1', 'x');
  clock.ms = again.untilMs + 7 * DAY;
  assert.equal(bans.escalate('192.0.2.1', 'x').times, 1);
});

test('several connections of an address that are banned together count as one ban', async () => {
  const { clock, bans } = await fresh();
  const first = bans.escalate('192.0.2.1', 'x');
  clock.ms += 1000;
  assert.deepEqual(bans.escalate('192.0.2.1', 'y'), first);
});

test('a ban by hand replaces the one in force, and the history counts both as one', async () => {
  const { clock, bans } = await fresh();
  bans.escalate('192.0.2.1', 'x');
  clock.ms += 1000;
  const ban = bans.add('192.0.2.1', DAY, 'by hand');
  assert.deepEqual([ban.untilMs, ban.times, ban.reason], [clock.ms + DAY, 1, 'by hand']);
  assert.equal(bans.banned('192.0.2.1')?.untilMs, clock.ms + DAY);
});

test('a lift ends the ban and forgets the history', async () => {
  const { clock, dataFolder, bans } = await fresh();
  bans.escalate('192.0.2.1', 'x');
  clock.ms += HOUR;
  bans.escalate('192.0.2.1', 'x');
  assert.equal(bans.lift('192.0.2.1'), true);
  assert.equal(bans.banned('192.0.2.1'), undefined);
  assert.equal(bans.lift('192.0.2.1'), false);
  await bans.settled();
  const other = await open(dataFolder, clock);
  assert.deepEqual(other.list(), []);
  assert.equal(other.escalate('192.0.2.1', 'x').times, 1);
});

test('a lift of a ban that has ended forgets the history too, and says that none was in force', async () => {
  const { clock, bans } = await fresh();
  bans.escalate('192.0.2.1', 'x');
  clock.ms += HOUR;
  assert.equal(bans.lift('192.0.2.1'), false);
  assert.equal(bans.escalate('192.0.2.1', 'x').times, 1);
});

test('bans and their history survive a restart', async () => {
  const { clock, dataFolder, bans } = await fresh();
  const short = bans.escalate('192.0.2.1', 'x');
  const long = bans.add('2001:db8::1', DAY, 'by hand');
  await bans.close();
  clock.ms += 30 * MINUTE;
  const next = await open(dataFolder, clock);
  assert.equal(next.banned('192.0.2.1'), undefined);
  assert.deepEqual(next.banned('2001:db8::2'), long);
  assert.deepEqual(next.list(), [long]);
  assert.equal(next.escalate('192.0.2.1', 'x').times, short.times + 1);
});

test('the allow-list overrules existing bans at once, and they hold again when it shrinks', async () => {
  const { bans } = await fresh();
  const ban = bans.add('198.51.100.9', HOUR, 'x');
  bans.add('2001:db8:5:6::1', HOUR, 'x');
  bans.allow(['198.51.100.0/24', '2001:db8:5::/48']);
  assert.equal(bans.banned('198.51.100.9'), undefined);
  assert.equal(bans.banned('::ffff:198.51.100.9'), undefined);
  assert.equal(bans.banned('2001:db8:5:6::77'), undefined);
  assert.deepEqual(bans.list(), []);
  assert.equal(bans.allowed('::ffff:198.51.100.200'), true);
  assert.equal(bans.allowed('198.51.101.1'), false);
  bans.allow([]);
  assert.deepEqual(bans.banned('198.51.100.9'), ban);
});

test('of a banned /64 only the allowed address can connect', async () => {
  const { bans } = await fresh({ allow: ['2001:db8::5'] });
  bans.add('2001:db8::6', HOUR, 'x');
  assert.equal(bans.banned('2001:db8::5'), undefined);
  assert.ok(bans.banned('2001:db8::7'));
});

test('an address on the allow-list cannot be banned, and the error says why', async () => {
  const { bans } = await fresh({ allow: ['198.51.100.0/24'] });
  for (const ban of [
    () => bans.add('198.51.100.1', HOUR, 'x'),
    () => bans.escalate('::ffff:198.51.100.1', 'x'),
  ]) {
    assert.throws(ban, { code: 'ADIT_ALLOW_LISTED', message: /198\.51\.100\.1 is on the allow-list/ });
  }
});

test('bad entries, addresses and lengths are refused by name', async () => {
  const clock = new Clock();
  await assert.rejects(open(folder(), clock, { allow: ['10.0.0.0/33'] }), {
    code: 'ADIT_BAD_ADDRESS',
    message: /10\.0\.0\.0\/33/,
  });
  await assert.rejects(open(folder(), clock, { ladderMs: [] }), { code: 'ADIT_BAD_BAN' });
  await assert.rejects(open(folder(), clock, { ladderMs: [MINUTE, -1] }), {
    code: 'ADIT_BAD_BAN',
    message: /-1/,
  });
  const { bans } = await fresh();
  assert.throws(() => bans.allow(['nobody']), { code: 'ADIT_BAD_ADDRESS', message: /nobody/ });
  for (const address of ['', 'example.org', '192.0.2.0/24', '192.0.2.1/64', '2001:db8::/48']) {
    assert.throws(() => bans.add(address, HOUR, 'x'), { code: 'ADIT_BAD_ADDRESS' }, address);
    assert.throws(() => bans.lift(address), { code: 'ADIT_BAD_ADDRESS' }, address);
  }
  for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, MAX_BAN_MS + 1]) {
    assert.throws(() => bans.add('192.0.2.1', ms, 'x'), { code: 'ADIT_BAD_BAN' }, String(ms));
  }
  assert.deepEqual(bans.list(), []);
});

test('a clock that is set back does not make a ban longer', async () => {
  const { clock, dataFolder, bans } = await fresh();
  clock.ms = BEGIN + 365 * DAY;
  bans.escalate('192.0.2.1', 'x');
  clock.ms = BEGIN;
  assert.equal(bans.banned('192.0.2.1')?.untilMs, BEGIN + 10 * MINUTE);
  clock.ms = BEGIN + 10 * MINUTE;
  assert.equal(bans.banned('192.0.2.1'), undefined);
  await bans.close();
  const row = new Database(path.join(dataFolder, 'bans.db'))
    .prepare('SELECT until_ms FROM ban')
    .pluck()
    .get();
  assert.equal(row, BEGIN + 10 * MINUTE, 'the file must know it too');
});

test('a clock that was set back between two starts does not make a ban longer either', async () => {
  const { clock, dataFolder, bans } = await fresh();
  clock.ms = BEGIN + 365 * DAY;
  bans.add('192.0.2.1', DAY, 'x');
  await bans.close();
  clock.ms = BEGIN;
  const next = await open(dataFolder, clock);
  assert.equal(next.banned('192.0.2.1')?.untilMs, BEGIN + DAY);
});

test('a row that another program wrote cannot ban for longer than the longest ban', async () => {
  const { clock, dataFolder, bans } = await fresh();
  await bans.close();
  const db = new Database(path.join(dataFolder, 'bans.db'));
  db.prepare('INSERT INTO ban VALUES (?, ?, ?, ?, ?)').run('192.0.2.1', 'x', BEGIN, BEGIN * 1000, -5);
  db.close();
  const ban = (await open(dataFolder, clock)).banned('192.0.2.1');
  assert.deepEqual([ban?.untilMs, ban?.times], [BEGIN + MAX_BAN_MS, 1]);
});

test('two processes on one data folder share bans, lifts and the history', async () => {
  const clock = new Clock();
  const dataFolder = folder();
  const a = await open(dataFolder, clock);
  const b = await open(dataFolder, clock);
  const ban = a.escalate('192.0.2.1', 'x');
  await a.settled();
  // The other process does not know of it yet. Of two such bans the first one stays, unless the second ends later.
  assert.equal(b.escalate('192.0.2.1', 'y').times, 1);
  await b.settled();
  assert.deepEqual(b.banned('192.0.2.1'), ban);
  a.add('192.0.2.2', HOUR, 'x');
  await a.settled();
  assert.equal(b.banned('192.0.2.2'), undefined);
  await refresh(b);
  assert.ok(b.banned('192.0.2.2'));
  assert.equal(b.lift('192.0.2.1'), true);
  await b.settled();
  await refresh(a);
  assert.equal(a.banned('192.0.2.1'), undefined);
  clock.ms += HOUR;
  assert.equal(a.escalate('192.0.2.2', 'x').times, 2);
  await a.settled();
  await refresh(b);
  clock.ms += 2 * HOUR;
  assert.equal(b.escalate('192.0.2.2', 'x').times, 3);
});

test('while another process holds the file, bans are made in memory and written afterwards', async () => {
  const { clock, dataFolder, bans, problems } = await fresh();
  const kept = bans.add('192.0.2.1', HOUR, 'x');
  const blocker = new Database(path.join(dataFolder, 'bans.db'));
  blocker.exec('BEGIN IMMEDIATE');
  const ban = bans.escalate('192.0.2.2', 'x');
  assert.deepEqual(bans.banned('192.0.2.2'), ban);
  assert.equal(bans.lift('192.0.2.1'), true);
  assert.equal(bans.banned('192.0.2.1'), undefined);
  await refresh(bans);
  await refresh(bans);
  assert.deepEqual(bans.list(), [ban]);
  assert.equal(problems.length, 1, 'told once');
  assert.match(problems[0] ?? '', /memory only.*locked/);
  blocker.exec('ROLLBACK');
  blocker.close();
  await refresh(bans);
  assert.deepEqual((await open(dataFolder, clock)).list(), [ban]);
  assert.notEqual(kept.untilMs, ban.untilMs);
});

test('unsaved changes are written when the list is closed', async () => {
  const { clock, dataFolder, bans } = await fresh();
  const blocker = new Database(path.join(dataFolder, 'bans.db'));
  blocker.exec('BEGIN IMMEDIATE');
  const ban = bans.escalate('192.0.2.2', 'x');
  blocker.close();
  await bans.close();
  await refresh(bans);
  assert.deepEqual(bans.banned('192.0.2.2'), ban, 'a closed list still answers');
  assert.deepEqual((await open(dataFolder, clock)).list(), [ban]);
});

test('a file that is not a database is renamed, and a new one gets all bans', async () => {
  const clock = new Clock();
  const dataFolder = folder();
  const file = path.join(dataFolder, 'bans.db');
  const junk = 'this is no database, and long enough to be looked at as one'.repeat(100);
  writeFileSync(file, junk);
  const problems: string[] = [];
  const bans = await open(dataFolder, clock, {}, problems);
  assert.equal(readFileSync(`${file}.broken`, 'utf8'), junk);
  const ban = bans.escalate('192.0.2.1', 'x');
  await refresh(bans);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /not a database.*bans\.db\.broken/);
  assert.deepEqual((await open(dataFolder, clock)).list(), [ban]);
});

test('a file that a power cut left incomplete is renamed too, even while bans are in memory', async () => {
  const { clock, dataFolder, bans } = await fresh();
  for (let i = 0; i < 2000; i++) bans.add(`10.1.${i >> 8}.${i & 255}`, HOUR, 'x'.repeat(100));
  await bans.close();
  const file = path.join(dataFolder, 'bans.db');
  // Some pages of the file never reached the disk.
  const bytes = readFileSync(file);
  assert.ok(bytes.length > 100_000);
  bytes.fill(0, 8_192, 100_000);
  writeFileSync(file, bytes);
  const problems: string[] = [];
  const next = await open(dataFolder, clock, {}, problems);
  assert.match(problems[0] ?? '', /malformed.*bans\.db\.broken/);
  const ban = next.add('192.0.2.1', HOUR, 'x');
  assert.deepEqual((await open(dataFolder, clock)).list(), [ban]);
});

test('no method waits for a lock that another process holds', async () => {
  const times: number[] = [];
  for (let i = 0; i < 10; i++) {
    const { dataFolder, bans } = await fresh();
    const blocker = new Database(path.join(dataFolder, 'bans.db'));
    blocker.exec('BEGIN IMMEDIATE');
    const begun = performance.now();
    bans.escalate('192.0.2.1', 'x');
    times.push(performance.now() - begun);
    await refresh(bans);
    blocker.close();
    await refresh(bans);
    assert.equal(
      (await open(dataFolder, new Clock())).list().length,
      1,
      'it is written once the file is free',
    );
  }
  // A wait would make all of them slow, the fastest included.
  assert.ok(Math.min(...times) < 25, String(times));
});

test('a ban does not wait for a sync of the disk', async (context) => {
  const { dataFolder, bans } = await fresh();
  bans.add('192.0.2.1', HOUR, 'x');
  const modes: unknown[] = [];
  const { pragma } = Database.prototype;
  context.mock.method(
    Database.prototype,
    'pragma',
    function (this: Database.Database, text: string, ...rest: []) {
      modes.push(text);
      return pragma.call(this, text, ...rest);
    },
  );
  await open(dataFolder, new Clock());
  // In this mode SQLite never syncs, not even for a new file or at a checkpoint.
  assert.equal(modes[0], 'synchronous = OFF');
  assert.ok(!modes.slice(1).some((text) => String(text).startsWith('synchronous')));
});

test('bans stay when the file breaks while it is in use', async () => {
  const { clock, dataFolder, bans, problems } = await fresh();
  const first = bans.add('192.0.2.1', HOUR, 'x');
  const saboteur = new Database(path.join(dataFolder, 'bans.db'));
  saboteur.exec('DROP TABLE ban');
  saboteur.close();
  const second = bans.add('192.0.2.2', 2 * HOUR, 'x');
  await refresh(bans);
  assert.deepEqual(bans.list(), [first, second]);
  assert.match(problems[0] ?? '', /no such table/);
  for (const name of readdirSync(dataFolder)) rmSync(path.join(dataFolder, name));
  await refresh(bans);
  await refresh(bans);
  assert.deepEqual((await open(dataFolder, clock)).list(), [first, second], 'a new file gets all of them');
});

test('a folder that cannot be made does not stop the pool', async () => {
  const dataFolder = path.join(folder(), 'file');
  writeFileSync(dataFolder, '');
  const problems: string[] = [];
  const bans = await open(dataFolder, new Clock(), {}, problems);
  bans.add('192.0.2.1', HOUR, 'x');
  assert.ok(bans.banned('192.0.2.1'));
  assert.equal(problems.length, 1);
  rmSync(dataFolder);
  mkdirSync(dataFolder);
  await refresh(bans);
  assert.equal(readdirSync(dataFolder).includes('bans.db'), true);
});

test('the number of bans is bounded, and those that end first go first, on disk too', async () => {
  const { clock, dataFolder, bans } = await fresh({ maxSubjects: 64 });
  for (let i = 0; i < 1000; i++) {
    bans.add(`10.0.${i >> 8}.${i & 255}`, MINUTE * (1 + ((i * 7) % 1000)), 'x');
    assert.ok(bans.list().length <= 64);
  }
  const lengths = bans.list().map((ban) => (ban.untilMs - ban.sinceMs) / MINUTE);
  assert.ok(lengths.length >= 56);
  assert.ok(
    lengths.every((minutes) => minutes > 900),
    String(lengths[0]),
  );
  await bans.settled();
  const db = new Database(path.join(dataFolder, 'bans.db'));
  assert.equal(db.prepare('SELECT count(*) FROM ban').pluck().get(), lengths.length);
  db.close();
  assert.equal((await open(dataFolder, clock, { maxSubjects: 16 })).list().length, 16);
});

test('a ban that ended a week ago is forgotten, on disk too', async () => {
  const { clock, dataFolder, bans } = await fresh();
  bans.add('192.0.2.1', HOUR, 'x');
  clock.ms += 8 * DAY;
  await refresh(bans);
  const db = new Database(path.join(dataFolder, 'bans.db'));
  assert.equal(db.prepare('SELECT count(*) FROM ban').pluck().get(), 0);
  db.close();
});

test('a reason is cut at 200 characters', async () => {
  const { bans } = await fresh();
  assert.equal(bans.add('192.0.2.1', HOUR, 'x'.repeat(5000)).reason.length, 200);
});

test('a file that stays unusable is tried less and less often, and used again when it works', async () => {
  const { clock, dataFolder, bans } = await fresh();
  const file = path.join(dataFolder, 'bans.db');
  await bans.close();
  rmSync(file);
  mkdirSync(file);
  let asked = 0;
  const list = new BanList({ dataFolder, allow: [] }, { now: () => clock.ms, onProblem: () => asked++ });
  lists.push(list);
  const ban = list.add('192.0.2.1', DAY, 'x');
  for (let i = 0; i < 1000; i++) await refresh(list);
  assert.equal(asked, 1);
  rmSync(file, { recursive: true });
  let refreshes = 0;
  while (!existsSync(file) && refreshes < 100) {
    await refresh(list);
    refreshes += 1;
  }
  assert.ok(refreshes <= 32, String(refreshes));
  assert.deepEqual((await open(dataFolder, clock)).list(), [ban]);
});

test('property: two processes, restarts and time agree with a list on paper', async () => {
  const address = fc.constantFrom(
    '192.0.2.1',
    '192.0.2.2',
    '::ffff:192.0.2.2',
    '2001:db8::1',
    '2001:db8::ffff',
  );
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), address, ms: fc.integer({ min: 1, max: 3 * DAY }) }),
    fc.record({ kind: fc.constant('escalate' as const), address }),
    fc.record({ kind: fc.constant('lift' as const), address }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.nat(5 * DAY) }),
    fc.record({ kind: fc.constant('restart' as const) }),
  );
  const subject = (name: string) => (name.includes('db8') ? 'six' : name.replace('::ffff:', ''));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, fc.nat(1)), { maxLength: 25 }), async (steps) => {
      const clock = new Clock();
      const dataFolder = folder();
      const pair = [await open(dataFolder, clock), await open(dataFolder, clock)];
      const paper = new Map<string, { until: number; times: number }>();
      for (const [step, who] of steps) {
        const bans = pair[who];
        assert.ok(bans);
        if (step.kind === 'time') clock.ms += step.ms;
        else if (step.kind === 'restart') {
          await bans.close();
          pair[who] = await open(dataFolder, clock);
        } else {
          const key = subject(step.address);
          const old = paper.get(key);
          const inForce = old !== undefined && clock.ms < old.until;
          const before = old !== undefined && clock.ms - old.until < 7 * DAY ? old.times : 0;
          if (step.kind === 'lift') {
            assert.equal(bans.lift(step.address), inForce);
            paper.delete(key);
          } else if (step.kind === 'add') {
            bans.add(step.address, step.ms, 'x');
            paper.set(key, { until: clock.ms + step.ms, times: before + (inForce ? 0 : 1) });
          } else {
            bans.escalate(step.address, 'x');
            const length = BAN_LADDER_MS[Math.min(before, 3)] ?? 0;
            if (!inForce) paper.set(key, { until: clock.ms + length, times: before + 1 });
          }
        }
        for (const list of pair) {
          await refresh(list);
          const expected = [...paper].filter(([, { until }]) => clock.ms < until);
          assert.equal(list.list().length, expected.length);
          for (const name of ['192.0.2.1', '192.0.2.2', '2001:db8::7']) {
            const wanted = expected.find(([key]) => key === subject(name))?.[1];
            const ban = list.banned(name);
            assert.deepEqual(ban && { until: ban.untilMs, times: ban.times }, wanted);
          }
        }
      }
      for (const list of pair) await list.close();
      rmSync(dataFolder, { recursive: true });
    }),
    { numRuns: 60, seed: 13 },
  );
});

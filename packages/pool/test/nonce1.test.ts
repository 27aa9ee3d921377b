import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import type { Nonce1Allocator } from '../src/nonce1/allocator.ts';
import { Nonce1Leases } from '../src/nonce1/leases.ts';
import { allocatorOn, answers } from './support/leases.ts';

const NOW = 1_700_000_000_000;
const HOUR = 3600 * 1000;
/** No work lives, so all values that were given back may go out again. */
const PORT = { port: 'asic', liveSince: Number.POSITIVE_INFINITY };
const LONG = { network: 'zcash', length: 4 };

async function takeMany(from: Nonce1Allocator, times: number): Promise<string[]> {
  const taken: string[] = [];
  for (let i = 0; i < times; i += 1) {
    taken.push(encodeHex(from.take(PORT)));
    await answers();
  }
  return taken;
}

async function opened(leases: Nonce1Leases, length: number, nowMs = () => NOW): Promise<Nonce1Allocator> {
  const allocator = allocatorOn(leases, length, nowMs);
  await allocator.begin(10_000);
  return allocator;
}

/** The values of a block, in order. */
function listed({ nonce1s }: { nonce1s: Uint8Array }, length: number): string[] {
  const count = nonce1s.length / length;
  return Array.from({ length: count }, (_, i) => encodeHex(nonce1s.subarray(i * length, (i + 1) * length)));
}

test('two processes on one data folder, and one that restarts, never get the same value', async (context) => {
  const data = temporaryFolder(context);
  const [first, second] = [new Nonce1Leases(data, 'one'), new Nonce1Leases(data, 'two')];
  const [a, b] = [await opened(first, 2), await opened(second, 2)];
  const taken: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    taken.push(...(await takeMany(a, 300)), ...(await takeMany(b, 100)));
  }
  // One process is killed, and started again at once.
  const third = new Nonce1Leases(data, 'one again');
  taken.push(...(await takeMany(await opened(third, 2), 1_500)));
  for (const leases of [first, second, third]) leases.close();
  assert.equal(new Set(taken).size, 3_500);
});

test('values of all lengths have the right length, and none is a prefix of another', async (context) => {
  const leases = new Nonce1Leases(temporaryFolder(context), 'one');
  const values: string[] = [];
  for (let length = 1; length <= 17; length += 1) {
    const taken = await takeMany(await opened(leases, length), 20);
    assert.ok(taken.every((value) => value.length === 2 * length));
    values.push(...taken);
  }
  for (const [i, a] of values.entries()) {
    for (const [j, b] of values.entries()) assert.ok(i === j || !b.startsWith(a), `${a} begins ${b}`);
  }
  leases.close();
});

test('when no value is left the allocator says so, until the leases of a dead process expire', async (context) => {
  const data = temporaryFolder(context);
  const dead = new Nonce1Leases(data, 'dead');
  const all = await opened(dead, 1);
  await takeMany(all, 32);
  const nobody = { code: 'ADIT_NONCE1_EXHAUSTED', message: /no nonce1 is left/ };
  assert.throws(() => all.take(PORT), nobody);
  const heir = new Nonce1Leases(data, 'heir');
  let now = NOW + 2 * HOUR - 1;
  const later = await opened(heir, 1, () => now);
  assert.throws(() => later.take(PORT), nobody);
  dead.renew([], NOW + HOUR);
  now = NOW + 3 * HOUR - 1;
  await answers();
  assert.throws(() => later.take(PORT), nobody);
  await answers();
  now = NOW + 3 * HOUR + 1;
  await later.begin(10_000);
  assert.equal(later.take(PORT).length, 1);
  for (const leases of [dead, heir]) leases.close();
});

test('the high-water mark is on disk before a value is used: a killed process repeats nothing', (context) => {
  const data = temporaryFolder(context);
  const script = `
    import { Nonce1Leases } from ${JSON.stringify(new URL('../src/nonce1/leases.ts', import.meta.url).href)};
    const leases = new Nonce1Leases(${JSON.stringify(data)}, 'killed');
    const { lease, nonce1s } = leases.take({ network: 'zcash', length: 4 }, ${NOW});
    process.stdout.write(JSON.stringify({ lease, nonce1s: Buffer.from(nonce1s).toString('hex') }));
    process.kill(process.pid, 'SIGKILL');`;
  const args = ['--conditions=adit-source', '--input-type=module', '-e', script];
  const killed = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname });
  const before = JSON.parse(killed.stdout) as { lease: unknown; nonce1s: string };
  assert.deepEqual(before.lease, { space: 'zcash/4', start: 0, size: 8192 });
  const leases = new Nonce1Leases(data, 'next');
  const block = leases.take(LONG, NOW);
  assert.ok(block !== undefined);
  assert.deepEqual(block.lease, { space: 'zcash/4', start: 8192, size: 8192 });
  const old = listed({ nonce1s: Buffer.from(before.nonce1s, 'hex') }, 4);
  assert.equal(new Set([...old, ...listed(block, 4)]).size, 2 * 8192, 'the key is the same');
  leases.close();
});

test('the key of a data folder is drawn once, differs from that of another, and only its user can read it', (context) => {
  const [here, elsewhere] = [temporaryFolder(context), temporaryFolder(context)];
  const valuesOf = (data: string, owner: string) => {
    const leases = new Nonce1Leases(data, owner);
    const block = leases.take({ network: 'zcash', length: 1 }, NOW);
    const modes = ['', '-wal', '-shm'].map(
      (end) => statSync(path.join(data, `leases.db${end}`)).mode & 0o777,
    );
    leases.close();
    return { values: block === undefined ? [] : listed(block, 1), modes };
  };
  const all = Array.from({ length: 8 }, (_, i) => valuesOf(here, `owner ${i}`));
  assert.equal(new Set(all.flatMap(({ values }) => values)).size, 32, 'one key, one permutation');
  for (const { modes } of all) assert.deepEqual(modes, [0o600, 0o600, 0o600]);
  const long = [here, elsewhere].map((data) => {
    const leases = new Nonce1Leases(data, 'long');
    const values = listed(leases.take(LONG, NOW) ?? { nonce1s: new Uint8Array(0) }, 4);
    leases.close();
    return values.slice(0, 100);
  });
  assert.notDeepEqual(long[0], long[1]);
});

test('a file of an earlier version that others can read becomes private', (context) => {
  const data = temporaryFolder(context);
  const file = path.join(data, 'leases.db');
  earlierVersion(file, []).close();
  new Nonce1Leases(data, 'one').close();
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('values that an earlier version gave out are left out while they may be mined with, whatever the chain was called', (context) => {
  const data = temporaryFolder(context);
  // A quarter of all values of three bytes is leased, in blocks that end at different times.
  const blocks = Array.from({ length: 1024 }, (_, i) => ({ start: 1024 * i, size: 1024, expires: NOW + i }));
  const old = earlierVersion(path.join(data, 'leases.db'), blocks);
  const leases = new Nonce1Leases(data, 'one');
  const valuesAt = (nowMs: number) =>
    listed(leases.take({ network: 'zcash', length: 3 }, nowMs) ?? { nonce1s: new Uint8Array(0) }, 3).map(
      (hex) => Number.parseInt(hex, 16) - 0x80_0000,
    );
  const now = valuesAt(NOW);
  assert.ok(
    now.every((value) => value >= 2 ** 20),
    'none of them goes out',
  );
  assert.ok(now.length > 5_800 && now.length < 6_500, `${now.length}: three of four in 8192 are left`);
  const later = valuesAt(NOW + 512);
  assert.ok(
    later.every((value) => value < 512 * 1024 || value >= 2 ** 20),
    'the first half has ended',
  );
  assert.ok(later.some((value) => value < 512 * 1024));
  assert.equal(valuesAt(NOW + HOUR).length, 8192);
  // A process of that version can still use its tables.
  assert.equal(old.prepare('SELECT next FROM mark').pluck().get(), 1024 * 1024);
  old.close();
  leases.close();
});

test('a process that slept past the end of its own leases does not take them as expired', async (context) => {
  const leases = new Nonce1Leases(temporaryFolder(context), 'one');
  let now = NOW;
  const from = await opened(leases, 1, () => now);
  assert.equal(new Set(await takeMany(from, 32)).size, 32);
  now += 3 * HOUR;
  await answers();
  assert.throws(() => from.take(PORT), { code: 'ADIT_NONCE1_EXHAUSTED' });
  leases.close();
});

test('values of leases that another process took while this one slept are found, and never go out again', async (context) => {
  const data = temporaryFolder(context);
  const [slept, other] = [new Nonce1Leases(data, 'slept'), new Nonce1Leases(data, 'other')];
  const from = await opened(slept, 1);
  const before = (await takeMany(from, 32)).map((hex) => Buffer.from(hex, 'hex'));
  const held = Array.from({ length: 8 }, (_, i) => ({ space: 'zcash/1', start: 4 * i, size: 4 }));
  from.release(before[0] ?? new Uint8Array(0), { told: false, now: 0 });
  from.release(before[1] ?? new Uint8Array(0), { told: true, now: 0 });
  assert.deepEqual(slept.renew(held, NOW + HOUR), [], 'nobody took anything yet');
  const taken = (await opened(other, 1, () => NOW + 4 * HOUR)).take(PORT);
  const lost = slept.renew(held, NOW + 4 * HOUR);
  assert.equal(lost.length, 1);
  const gone = from.lose(lost);
  assert.ok(before.some((nonce1) => nonce1.equals(taken)));
  const isLost = before.filter((nonce1) => gone.has(nonce1));
  assert.equal(isLost.length, 2, 'a lease of this space has four values, two of which nobody held');
  assert.throws(() => from.take(PORT), { code: 'ADIT_NONCE1_EXHAUSTED' });
  const left = held.filter(({ start }) => start !== lost[0]?.start);
  assert.deepEqual(slept.renew(left, NOW + 5 * HOUR), [], 'the others are still its own');
  for (const leases of [slept, other]) leases.close();
});

/** `leases.db` of the version that kept leases by the names of chains. */
function earlierVersion(
  file: string,
  blocks: readonly { readonly start: number; readonly size: number; readonly expires: number }[],
): Database.Database {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(`
    CREATE TABLE mark (space TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
    CREATE TABLE lease (
      space TEXT NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL,
      owner TEXT NOT NULL, expires_ms INTEGER NOT NULL, PRIMARY KEY (space, start)
    ) STRICT;
  `);
  const insert = db.prepare('INSERT INTO lease VALUES (?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (const { start, size, expires } of blocks) insert.run('my chain/3', start, size, 'old', expires);
  })();
  const end = blocks.at(-1);
  db.prepare('INSERT INTO mark VALUES (?, ?)').run(
    'my chain/3',
    end === undefined ? 0 : end.start + end.size,
  );
  return db;
}

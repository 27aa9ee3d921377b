import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { Nonce1Allocator } from '../src/nonce1-allocator.ts';
import { Nonce1Leases } from '../src/nonce1-leases.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'adit-nonce1-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
function freshFolder(): string {
  count += 1;
  return path.join(folder, String(count));
}

const NOW = 1_700_000_000_000;
const HOUR = 3600 * 1000;

function allocator(leases: Nonce1Leases, length: number, now = () => NOW): Nonce1Allocator {
  const lease = (space: string, capacity: number, size: number) => leases.take(space, capacity, size, now());
  return new Nonce1Allocator({ chain: 'zcash', length }, { lease });
}

test('two processes on one folder, and one that restarts, never get the same value', () => {
  const data = freshFolder();
  const seen = new Set<string>();
  const take = (from: Nonce1Allocator, times: number) => {
    for (let i = 0; i < times; i += 1) {
      const value = encodeHex(from.take(0));
      assert.ok(!seen.has(value), value);
      seen.add(value);
    }
  };
  const first = new Nonce1Leases(data, 'one');
  const second = new Nonce1Leases(data, 'two');
  const [a, b] = [allocator(first, 4), allocator(second, 4)];
  for (let round = 0; round < 5; round += 1) {
    take(a, 700);
    take(b, 300);
  }
  // Killed without a word, and started again at once.
  const third = new Nonce1Leases(data, 'one again');
  take(allocator(third, 4), 2_000);
  for (const leases of [first, second, third]) leases.close();
  assert.equal(seen.size, 7_000);
});

test('values of all lengths have their length, and none is the beginning of another', () => {
  const leases = new Nonce1Leases(freshFolder(), 'one');
  const values: string[] = [];
  for (let length = 1; length <= 17; length += 1) {
    const from = allocator(leases, length);
    for (let i = 0; i < 20; i += 1) {
      const value = from.take(0);
      assert.equal(value.length, length);
      values.push(encodeHex(value));
    }
  }
  for (const [i, a] of values.entries()) {
    for (const [j, b] of values.entries()) assert.ok(i === j || !b.startsWith(a), `${a} begins ${b}`);
  }
  leases.close();
});

test('a value goes out again only when every job that its holder may have seen is gone', () => {
  const leases = new Nonce1Leases(freshFolder(), 'one');
  const from = allocator(leases, 1);
  const value = encodeHex(from.take(10));
  from.release(from.take(10), 12);
  const second = encodeHex(from.take(12)); // Job 12 is alive: a fresh one.
  const third = encodeHex(from.take(13)); // It is gone: the released one.
  assert.equal(new Set([value, second, third]).size, 3);
  const released = from.take(13);
  from.release(released, 20);
  from.release(released, 0); // A second release means nothing.
  assert.notEqual(encodeHex(from.take(13)), encodeHex(released));
  assert.equal(encodeHex(from.take(21)), encodeHex(released));
  leases.close();
});

test('no live value is ever given out twice, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(40)), { maxLength: 120 }), (steps) => {
      let next = 0;
      const lease = (_space: string, capacity: number, size: number) => {
        if (next >= capacity) return undefined;
        const start = next;
        next += Math.min(size, capacity - next);
        return { start, size: next - start };
      };
      const from = new Nonce1Allocator({ chain: 'zcash', length: 1 }, { lease });
      const live: Uint8Array[] = [];
      let job = 1;
      for (const [take, pick] of steps) {
        job += 1;
        if (!take && live.length > 0) {
          const [gone] = live.splice(pick % live.length, 1);
          if (gone !== undefined) from.release(gone, job);
          continue;
        }
        try {
          live.push(from.take(Math.max(0, job - 3)));
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'ADIT_NONCE1_EXHAUSTED');
        }
        assert.equal(new Set(live.map(encodeHex)).size, live.length);
      }
    }),
  );
});

test('when none is left the allocator says so, until the leases of a dead process have rested', () => {
  const data = freshFolder();
  const dead = new Nonce1Leases(data, 'dead');
  const all = allocator(dead, 1);
  for (let i = 0; i < 32; i += 1) all.take(0);
  assert.throws(() => all.take(0), { code: 'ADIT_NONCE1_EXHAUSTED' });
  const heir = new Nonce1Leases(data, 'heir');
  let now = NOW + 2 * HOUR - 1;
  const later = allocator(heir, 1, () => now);
  assert.throws(() => later.take(0), { code: 'ADIT_NONCE1_EXHAUSTED' });
  dead.renew(NOW + HOUR);
  now = NOW + 3 * HOUR - 1;
  assert.throws(() => later.take(0), { code: 'ADIT_NONCE1_EXHAUSTED' });
  now = NOW + 3 * HOUR + 1;
  assert.equal(later.take(0).length, 1);
  dead.close();
  heir.close();
});

test('the high-water mark is on disk before a value is used: a killed process repeats nothing', () => {
  const data = freshFolder();
  const script = `
    import { Nonce1Leases } from ${JSON.stringify(new URL('../src/nonce1-leases.ts', import.meta.url).href)};
    const leases = new Nonce1Leases(${JSON.stringify(data)}, 'killed');
    process.stdout.write(JSON.stringify(leases.take('zcash/4', 1000000, 64, ${NOW})));
    process.kill(process.pid, 'SIGKILL');`;
  const killed = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(killed.stdout), { start: 0, size: 64 });
  const leases = new Nonce1Leases(data, 'next');
  assert.deepEqual(leases.take('zcash/4', 1_000_000, 64, NOW), { start: 64, size: 64 });
  leases.close();
});

test('what nobody was told goes out again at once: a health check a second uses nothing up', () => {
  const leases = new Nonce1Leases(freshFolder(), 'one');
  const from = allocator(leases, 1);
  const held = from.take(1);
  for (let i = 0; i < 1000; i += 1) from.release(from.take(1), undefined);
  const seen = from.take(1);
  assert.notDeepEqual(seen, held);
  from.release(seen, 5);
  assert.notDeepEqual(from.take(1), seen);
  leases.close();
});

test('a process that slept past the time of its own leases does not take them for a dead one’s', () => {
  const leases = new Nonce1Leases(freshFolder(), 'one');
  let now = NOW;
  const from = allocator(leases, 1, () => now);
  const seen = new Set<string>();
  for (let i = 0; i < 32; i += 1) seen.add(encodeHex(from.take(0)));
  assert.equal(seen.size, 32);
  now += 3 * HOUR;
  assert.throws(() => from.take(0), { code: 'ADIT_NONCE1_EXHAUSTED' });
  leases.close();
});

test('values of leases that another process took while this one slept are found, and never go out again', () => {
  const folder = freshFolder();
  const [slept, other] = [new Nonce1Leases(folder, 'slept'), new Nonce1Leases(folder, 'other')];
  const from = allocator(slept, 1);
  const before = Array.from({ length: 32 }, () => from.take(0));
  from.release(before[0] ?? new Uint8Array(0), undefined);
  assert.deepEqual(slept.renew(NOW + HOUR), new Map(), 'nobody took anything yet');
  const taken = allocator(other, 1, () => NOW + 4 * HOUR).take(0);
  const lost = slept.renew(NOW + 4 * HOUR);
  assert.deepEqual([...lost.keys()], [from.space]);
  const held = from.lose(lost.get(from.space) ?? []);
  assert.ok(before.some((nonce1) => encodeHex(nonce1) === encodeHex(taken)));
  const isLost = before.slice(1).filter((nonce1) => held.has(nonce1));
  assert.equal(isLost.length, 3, 'a lease of this space has four values, the first of which nobody held');
  assert.throws(() => from.take(0), { code: 'ADIT_NONCE1_EXHAUSTED' });
  assert.deepEqual(slept.renew(NOW + 5 * HOUR), new Map(), 'a loss is told once');
  for (const leases of [slept, other]) leases.close();
});

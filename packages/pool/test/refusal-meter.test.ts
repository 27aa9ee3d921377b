import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REFUSAL_LIMITS, RefusalMeter } from '../src/conduct/refusal-meter.ts';

const { perSecond, burst, connectionBurst, longestMs } = REFUSAL_LIMITS;

function meter(maxSubjects = 65_536) {
  const told: string[] = [];
  return {
    told,
    meter: new RefusalMeter(REFUSAL_LIMITS, { onExcess: (subject) => told.push(subject) }, { maxSubjects }),
  };
}

/**
 * Connections that send junk for a time, line by line, as fast as the pool reads it.
 * @returns the number of lines that were read from each
 */
function flood(
  one: RefusalMeter,
  { connections, seconds, addressOf }: { connections: number; seconds: number; addressOf(i: number): string },
  first = 0,
): number[] {
  const read = new Array<number>(connections).fill(0);
  const free = new Array<number>(connections).fill(first);
  // A step takes the time of a round trip.
  for (let now = first; now < first + seconds * 1000; now += 10) {
    for (const [i, at] of free.entries()) {
      if (at > now) continue;
      read[i] = (read[i] ?? 0) + 1;
      free[i] = now + one.refused(addressOf(i), i, now);
    }
    if (now % 1000 === 0) one.tick(now);
  }
  return read;
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

test('1,500 connections of one address that send junk share the rate of one address equally', () => {
  const { meter: one, told } = meter();
  const read = flood(one, { connections: 1_500, seconds: 60, addressOf: () => '203.0.113.9' });
  // With the longest pause each connection has a line every five seconds.
  const most =
    burst + 1_500 * (connectionBurst + 60 / (longestMs / 1000) + 60 * REFUSAL_LIMITS.connectionPerSecond);
  assert.ok(sum(read) <= most, `${sum(read)} lines were read`);
  assert.ok(Math.max(...read) <= 2 * Math.min(...read), `${Math.min(...read)} to ${Math.max(...read)}`);
  assert.deepEqual(told, ['203.0.113.9'], 'the operator hears of it once');
});

test('a few connections that send junk reach the rate of the address', () => {
  const { meter: one } = meter();
  const read = flood(one, { connections: 20, seconds: 600, addressOf: () => '203.0.113.9' });
  const expected = burst + perSecond * 600;
  assert.ok(sum(read) > expected * 0.9 && sum(read) < expected * 1.2, `${sum(read)} lines were read`);
  assert.ok(Math.max(...read) <= 1.5 * Math.min(...read), `${Math.min(...read)} to ${Math.max(...read)}`);
});

test('a good rig beside a bad one does not wait, and neither does another address', () => {
  const { meter: one } = meter();
  flood(one, { connections: 500, seconds: 60, addressOf: () => '203.0.113.9' });
  for (let share = 0; share < 1_000; share += 1) {
    const now = 60_000 + share * 5_000;
    flood(one, { connections: 500, seconds: 0.1, addressOf: () => '203.0.113.9' }, now);
    // These are the shares of the good rig; one in ten comes too late.
    if (share % 10 === 0) assert.equal(one.refused('203.0.113.9', 10_000, now), 0);
    else one.accepted('203.0.113.9', 10_000);
  }
  for (let i = 0; i < burst; i += 1) assert.equal(one.refused('203.0.113.10', 20_000 + (i % 100), 60_000), 0);
});

test('a flood is forgotten within half a minute after its end, and reported again if it comes again', () => {
  const { meter: one, told } = meter();
  flood(one, { connections: 100, seconds: 60, addressOf: () => '203.0.113.9' });
  assert.equal(told.length, 1);
  const later = 60_000 + ((burst + (perSecond * longestMs) / 1000) / perSecond) * 1000;
  one.tick(later);
  assert.equal(one.size.subjects, 0);
  one.tick(later + 600_000);
  assert.equal(one.size.connections, 0);
  flood(one, { connections: 100, seconds: 60, addressOf: () => '203.0.113.9' }, later + 600_000);
  assert.equal(told.length, 2);
});

test('in IPv6 a /56 and a /48 have rates too, whatever addresses of them are used', () => {
  for (const [addressOf, times, name] of [
    [(i: number) => `2001:db8::${i.toString(16)}`, 1, '2001:db8::/64'],
    [(i: number) => `2001:db8:0:${(i % 256).toString(16)}::1`, 2, '2001:db8::/56'],
    [(i: number) => `2001:db8:0:${(i * 256).toString(16)}::1`, 4, '2001:db8::/48'],
  ] as const) {
    const { meter: one, told } = meter();
    const read = flood(one, { connections: 250, seconds: 120, addressOf });
    const own = 250 * (connectionBurst + 120 * REFUSAL_LIMITS.connectionPerSecond);
    const expected = times * (burst + perSecond * 120);
    assert.ok(
      sum(read) > expected && sum(read) < (expected + own) * 1.05,
      `${name}: ${sum(read)} lines were read`,
    );
    assert.deepEqual(told, [name]);
  }
});

test('the memory is bounded, and empty when the connections have left and the refusals are old', () => {
  const { meter: one } = meter(64);
  for (let i = 0; i < 10_000; i += 1) {
    one.refused(`10.1.${i >> 8}.${i & 255}`, i, i);
    assert.ok(one.size.subjects <= 64);
    one.left(i);
  }
  assert.equal(one.size.connections, 0);
  one.tick(1_000_000);
  assert.equal(one.size.subjects, 0);
});

test('a clock that stands still or goes back changes no count', () => {
  const { meter: one } = meter();
  for (let i = 0; i <= burst; i += 1) one.refused('203.0.113.9', 1, 1_000_000);
  const wait = one.refused('203.0.113.9', 1, 0);
  assert.ok(wait > 0 && wait <= longestMs);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { BanList } from '../src/conduct/ban-list.ts';
import { Conduct } from '../src/conduct/conduct.ts';
import {
  CONDUCT_DEFAULTS,
  type ConductOptions,
  OFFENCE_POINTS,
  type Offence,
} from '../src/conduct/options.ts';
import type { Rung } from '../src/conduct/rung.ts';
import type { PoolEvent } from '../src/events.ts';
import { banFileIn } from './support/ban-file-in.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

const root = mkdtempSync(path.join(tmpdir(), 'adit-conduct-'));
const lists: BanList[] = [];
after(async () => {
  for (const list of lists) await list.close();
  rmSync(root, { recursive: true, force: true });
});

/** The monotonic clock and the wall clock are one here. */
class Setup {
  ms = 0;
  readonly events: (PoolEvent & { kind: 'conduct' })[] = [];
  readonly bans: BanList;
  readonly conduct: Conduct;

  constructor(options: Partial<ConductOptions> = {}, allow: readonly string[] = [], maxSubjects = 65_536) {
    const dataFolder = mkdtempSync(path.join(root, 'data-'));
    this.bans = new BanList(
      { dataFolder, allow },
      { now: () => BEGIN + this.ms, file: banFileIn(dataFolder) },
    );
    lists.push(this.bans);
    this.conduct = new Conduct(
      { ...CONDUCT_DEFAULTS, ...options },
      { bans: this.bans, onEvent: (event) => event.kind === 'conduct' && this.events.push(event) },
      { maxSubjects },
    );
  }

  offence(address: string, connection: number | undefined, what: Offence = 'invalid_solution'): Rung {
    return this.conduct.offence(address, connection, what, this.ms);
  }

  /** The rungs that were reported so far. */
  get rungs(): string[] {
    return this.events.map(({ rung }) => rung);
  }
}

/** The seed is fixed, so that a simulation that fails can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('a miner whose chip spoils 5 % of all shares is never even warned', () => {
  const next = random(1);
  const setup = new Setup();
  let worst = 0;
  for (let share = 0; share < 200_000; share++) {
    setup.ms += 5_000 * 2 * next();
    if (next() >= 0.05) setup.conduct.accepted('192.0.2.1', 1);
    else assert.equal(setup.offence('192.0.2.1', 1), 'none');
    worst = Math.max(worst, setup.conduct.scores('192.0.2.1', 1).connection);
  }
  assert.deepEqual(setup.events, []);
  assert.ok(worst < CONDUCT_DEFAULTS.warnAt / 2, `the score rose to ${worst}`);
});

test('a miner that sends one wrong share a minute and nothing else is not warned', () => {
  const setup = new Setup();
  for (let minute = 0; minute < 10_000; minute++) {
    setup.ms += MINUTE;
    assert.equal(setup.offence('192.0.2.1', 1), 'none');
    if (minute % 10 === 0) setup.conduct.tick(setup.ms);
  }
  assert.deepEqual(setup.events, []);
});

test('a rig whose shares are all wrong is warned, slowed and disconnected in this order, long before a ban', () => {
  const setup = new Setup();
  const at: Record<string, number> = {};
  while (setup.rungs.at(-1) !== 'disconnect') {
    setup.ms += 5_000;
    const rung = setup.offence('192.0.2.1', 1);
    at[rung] ??= setup.ms / 1000;
  }
  assert.deepEqual(setup.rungs, ['warn', 'slow', 'disconnect']);
  assert.ok((at['disconnect'] ?? 0) > 300 && (at['disconnect'] ?? 0) < 400, JSON.stringify(at));
  assert.ok(setup.conduct.scores('192.0.2.1', 1).subject < CONDUCT_DEFAULTS.banAt / 5);
});

/** A farm of 1,000 rigs behind one address, each with a share in 10 s. Rig 0 sends wrong ones from `goodSeconds` on. */
function farm(
  badPerSecond: number,
  seconds: number,
  goodSeconds = 0,
): { setup: Setup; disconnectedAt: number[]; bannedAt?: number } {
  const address = '198.51.100.1';
  const next = random(7);
  const setup = new Setup();
  const disconnectedAt: number[] = [];
  let bad = 0;
  let connections = 1000;
  for (let second = 0; second < seconds; second++) {
    for (let i = 0; i < 100; i++) setup.conduct.accepted(address, 1 + Math.floor(next() * 999));
    for (let i = 0; i < badPerSecond && second >= goodSeconds; i++) {
      setup.ms = (second + i / badPerSecond) * 1000;
      const rung = setup.offence(address, bad);
      if (rung === 'ban') return { setup, disconnectedAt, bannedAt: setup.ms };
      if (rung === 'disconnect') {
        disconnectedAt.push(setup.ms);
        setup.conduct.left(bad);
        bad = ++connections;
      }
    }
    setup.ms = (second + 1) * 1000;
    setup.conduct.tick(setup.ms);
  }
  return { setup, disconnectedAt };
}

test('one bad rig in a farm of a thousand is disconnected again and again, and the farm is never banned', () => {
  for (const perSecond of [1, 10, 90]) {
    const { disconnectedAt, bannedAt, setup } = farm(perSecond, 1800);
    assert.equal(bannedAt, undefined);
    assert.ok(disconnectedAt.length > 10, `${perSecond}/s: ${disconnectedAt.length} times`);
    assert.ok((disconnectedAt[0] ?? Number.POSITIVE_INFINITY) <= 60_000);
    // No other connection gets a rung.
    assert.ok(setup.events.every(({ connection }) => connection === 0 || (connection ?? 0) > 1000));
  }
});

test('a rig that floods is disconnected many times before its farm is banned', () => {
  const fresh = farm(1000, 600);
  assert.ok((fresh.disconnectedAt[0] ?? Number.POSITIVE_INFINITY) <= 50);
  assert.ok(fresh.disconnectedAt.length >= 9);
  assert.ok(fresh.bannedAt !== undefined && fresh.bannedAt >= 500);
  // After a good minute the farm is banned only when its 6,000 good shares are used up, at 1,000 - 100 a second.
  const known = farm(1000, 600, 60);
  assert.ok(known.disconnectedAt.length >= 100);
  assert.ok(known.bannedAt !== undefined && known.bannedAt >= 66_000, String(known.bannedAt));
});

test('a farm with ten good minutes is not disconnected for one bad burst', () => {
  const setup = new Setup();
  for (let second = 0; second < 600; second++) {
    setup.ms = second * 1000;
    for (let i = 0; i < 100; i++) setup.conduct.accepted('198.51.100.1', i);
  }
  // Each of the thousand rigs sends two wrong ones at once.
  for (let i = 0; i < 2000; i++) assert.notEqual(setup.offence('198.51.100.1', i % 1000), 'ban');
  // A proxy with many rigs on one connection.
  for (let i = 0; i < 300; i++) setup.conduct.accepted('198.51.100.2', 5000);
  const rungs = new Set(Array.from({ length: 250 }, () => setup.offence('198.51.100.2', 5000)));
  assert.deepEqual([...rungs].sort(), ['none', 'slow', 'warn']);
});

/** An address that only wastes proofs and connects again each time. @returns milliseconds until it is banned */
function waste(perSecond: number, connections: 'one each' | 'until disconnected', start = 0): number {
  const setup = new Setup();
  setup.ms = start;
  for (let id = 1; setup.ms < start + 86_400_000; setup.ms += 1000 / perSecond) {
    const rung = setup.offence('203.0.113.9', id);
    if (rung === 'ban') {
      assert.ok(setup.bans.banned('203.0.113.9'));
      return setup.ms - start;
    }
    if (rung === 'disconnect' || connections === 'one each') setup.conduct.left(id++);
  }
  return Number.POSITIVE_INFINITY;
}

test('an address that only wastes proofs is banned within a second at 1,000 a second, and within two minutes at 5', () => {
  for (const connections of ['one each', 'until disconnected'] as const) {
    // The attack begins at 595 s, so that the balance drops a span during it.
    for (const start of [0, 595_000, 86_399_000]) {
      assert.ok(waste(1000, connections, start) < 1_000);
      assert.ok(waste(5, connections, start) < 120_000);
      assert.ok(waste(0.2, connections, start) < 3_600_000 * 1.5);
    }
    assert.equal(waste(0.04, connections), Number.POSITIVE_INFINITY);
  }
});

test('IPv4-mapped spellings and the addresses of a /64 share one score', () => {
  const setup = new Setup({ banAt: 50 });
  for (let i = 0; i < 49; i++) setup.offence(i % 2 === 0 ? '::ffff:203.0.113.9' : '203.0.113.9', i);
  assert.equal(setup.offence('203.0.113.9', 100), 'ban');
  for (let i = 0; i < 49; i++) setup.offence(`2001:db8::${i.toString(16)}`, 200 + i);
  assert.equal(setup.offence('2001:db8::ffff', 300), 'ban');
  assert.ok(setup.bans.banned('2001:db8::1234'));
  assert.equal(setup.bans.banned('2001:db8:0:1::1'), undefined);
});

test('a ban resets the score: the next one takes as many points, and lasts longer', () => {
  const setup = new Setup();
  const lengths: number[] = [];
  for (let time = 0; time < 3; time++) {
    let offences = 0;
    let rung: Rung = 'none';
    while (rung !== 'ban') rung = setup.offence('203.0.113.9', 1000 * time + offences++);
    assert.equal(offences, CONDUCT_DEFAULTS.banAt);
    const ban = setup.bans.banned('203.0.113.9');
    assert.ok(ban);
    assert.match(ban.reason, /500 points, the last for invalid_solution/);
    lengths.push((ban.untilMs - ban.sinceMs) / MINUTE);
    setup.ms = ban.untilMs - BEGIN;
    assert.equal(setup.bans.banned('203.0.113.9'), undefined);
    assert.equal(setup.conduct.scores('203.0.113.9', -1).subject, 0);
  }
  assert.deepEqual(lengths, [10, 60, 360]);
});

test('each offence of a banned address returns ban, which is not reported again', () => {
  const setup = new Setup({ banAt: 50 });
  for (let i = 0; i < 50; i++) setup.offence('203.0.113.9', i);
  const told = setup.events.length;
  assert.equal(setup.rungs.at(-1), 'ban');
  assert.equal(setup.offence('203.0.113.9', 7, 'unknown_method'), 'ban');
  assert.equal(setup.events.length, told);
  setup.bans.add('203.0.113.10', MINUTE, 'by hand');
  assert.equal(setup.offence('203.0.113.10', 8), 'ban');
});

test('an address on the allow-list is warned and slowed, but never disconnected or banned', () => {
  const setup = new Setup({}, ['198.51.100.0/24']);
  const seen = new Set<Rung>();
  for (let i = 0; i < 5000; i++) seen.add(setup.offence('::ffff:198.51.100.7', 1));
  assert.deepEqual([...seen], ['none', 'warn', 'slow']);
  assert.deepEqual(setup.rungs, ['warn', 'slow']);
  assert.deepEqual(setup.bans.list(), []);
  // After it is taken off the list, it can be disconnected and banned at once.
  setup.bans.allow([]);
  assert.equal(setup.offence('198.51.100.7', 1), 'ban');
});

test('each rung is returned once per climb, slow at each offence, and again only after the score fell far', () => {
  const setup = new Setup();
  const climb = (): Rung[] => Array.from({ length: 30 }, () => setup.offence('192.0.2.1', 1));
  const first = climb();
  assert.deepEqual(
    first.map((rung, i) => (rung === 'none' ? '' : `${i + 1} ${rung}`)).filter((text) => text !== ''),
    ['10 warn', '25 slow', '26 slow', '27 slow', '28 slow', '29 slow', '30 slow'],
  );
  assert.deepEqual(setup.rungs, ['warn', 'slow']);
  // The score falls to 20 and rises again. It was not below half of 25, so nothing is reported.
  setup.ms += 200_000;
  for (let i = 0; i < 8; i++) setup.offence('192.0.2.1', 1);
  assert.deepEqual(setup.rungs, ['warn', 'slow']);
  setup.ms += 3_600_000;
  setup.conduct.tick(setup.ms);
  climb();
  assert.deepEqual(setup.rungs, ['warn', 'slow', 'warn', 'slow']);
});

test('a new connection begins without points, but its address keeps its points', () => {
  const setup = new Setup();
  for (let i = 0; i < 20; i++) setup.offence('192.0.2.1', 1);
  setup.conduct.left(1);
  setup.offence('192.0.2.1', 2);
  assert.deepEqual(setup.conduct.scores('192.0.2.1', 2), { connection: 1, subject: 21 });
});

test('honest mistakes are not offences', () => {
  const names = Object.keys(OFFENCE_POINTS);
  for (const honest of [
    'stale_job',
    'job_not_found',
    'duplicate_share',
    'low_difficulty',
    'wrong_nonce1',
    'bad_nonce',
    'bad_time',
    'overloaded',
    'not_recorded',
  ]) {
    assert.ok(!names.includes(honest), honest);
  }
});

test('the offences of a whole farm at each start never add up to a ban', () => {
  const setup = new Setup();
  for (let rig = 0; rig < 10_000; rig++) {
    for (const what of ['unknown_method', 'unknown_method', 'unauthorized', 'no_login'] as const) {
      assert.equal(setup.offence('198.51.100.1', rig, what), 'none');
    }
  }
  assert.equal(setup.conduct.scores('198.51.100.1', 0).subject, 0);
});

test('an offence before there is a connection counts against the address alone', () => {
  const setup = new Setup();
  let offences = 1;
  while (setup.offence('203.0.113.9', undefined, 'bad_hello') !== 'ban') offences += 1;
  assert.ok(offences >= 5000 && offences <= 5001, String(offences));
  assert.equal(setup.conduct.size.connections, 0);
  assert.deepEqual(setup.rungs, ['ban']);
});

test('a text that is not an address, as of a socket that is gone, is never banned', () => {
  const setup = new Setup();
  for (let i = 0; i < 2000; i++) assert.notEqual(setup.offence('', i), 'ban');
  assert.deepEqual(setup.bans.list(), []);
});

test('when conduct is switched off nothing is counted, and all counts are forgotten', () => {
  const setup = new Setup();
  for (let i = 0; i < 40; i++) setup.offence('192.0.2.1', 1);
  setup.conduct.update({ ...CONDUCT_DEFAULTS, enabled: false });
  for (let i = 0; i < 5000; i++) assert.equal(setup.offence('192.0.2.1', 1), 'none');
  setup.conduct.accepted('192.0.2.1', 1);
  assert.deepEqual(setup.conduct.size, { connections: 0, subjects: 0 });
  setup.conduct.update(CONDUCT_DEFAULTS);
  assert.equal(setup.offence('192.0.2.1', 1), 'none');
  assert.deepEqual(setup.conduct.scores('192.0.2.1', 1), { connection: 1, subject: 1 });
});

test('options whose thresholds do not ascend are refused by name', () => {
  const cases: [Partial<ConductOptions>, RegExp][] = [
    [{ warnAt: 0 }, /warnAt must be a number above 0/],
    [{ leakPerSecond: Number.NaN }, /leakPerSecond/],
    [{ slowMs: -1 }, /slowMs/],
    [{ disconnectAt: 20 }, /must not fall/],
    [{ banAt: 40 }, /banAt \(40\)/],
  ];
  const { conduct } = new Setup();
  for (const [wrong, message] of cases) {
    assert.throws(() => new Setup(wrong), { code: 'ADIT_BAD_CONDUCT', message });
    assert.throws(() => conduct.update({ ...CONDUCT_DEFAULTS, ...wrong }), {
      code: 'ADIT_BAD_CONDUCT',
      message,
    });
  }
});

test('scores that leaked to zero are forgotten, even after a verdict that came after the end of its connection', () => {
  const setup = new Setup();
  for (let i = 0; i < 1000; i++) {
    setup.conduct.accepted(`10.0.${i >> 8}.${i & 255}`, i);
    setup.conduct.left(i);
    setup.offence(`10.0.${i >> 8}.${i & 255}`, i);
  }
  assert.deepEqual(setup.conduct.size, { connections: 1000, subjects: 1000 });
  setup.ms += 2 * 600_000;
  setup.conduct.tick(setup.ms);
  assert.deepEqual(setup.conduct.size, { connections: 0, subjects: 0 });
});

test('when too many addresses have points, those with the fewest are forgotten first', () => {
  const setup = new Setup({}, [], 64);
  for (let i = 0; i < 30; i++) setup.offence('203.0.113.9', 1);
  for (let i = 0; i < 10_000; i++) {
    setup.offence(`10.1.${i >> 8}.${i & 255}`, 2 + i);
    setup.conduct.left(2 + i);
    assert.ok(setup.conduct.size.subjects <= 64);
  }
  assert.equal(setup.conduct.scores('203.0.113.9', 1).subject, 30);
});

test('a clock that goes back changes no score', () => {
  const setup = new Setup();
  setup.ms = 1_000_000;
  for (let i = 0; i < 5; i++) setup.offence('192.0.2.1', 1);
  setup.ms = 0;
  setup.offence('192.0.2.1', 1);
  setup.conduct.tick(0);
  assert.deepEqual(setup.conduct.scores('192.0.2.1', 1), { connection: 6, subject: 6 });
});

const anyOffence = fc.constantFrom(...(Object.keys(OFFENCE_POINTS) as Offence[]));
const address = fc.constantFrom('192.0.2.1', '::ffff:192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2');

test('property: no address is banned or disconnected while it has sent at least as many good shares as wrong ones', () => {
  // The shares come in runs, because bursts far above every threshold must not matter.
  const run = fc.record({
    good: fc.nat(2000),
    bad: fc.nat(2000),
    connection: fc.nat(3),
    pauseMs: fc.nat(20_000),
  });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 25 }), (runs) => {
      const setup = new Setup();
      const credit = new Map<number, number>();
      for (const { good, bad, connection, pauseMs } of runs) {
        setup.ms += pauseMs;
        for (let i = 0; i < good; i++) setup.conduct.accepted('192.0.2.1', connection);
        // A connection never has more wrong shares than good ones, so the address does not either.
        const earned = (credit.get(connection) ?? 0) + good;
        const wrong = Math.min(bad, earned);
        for (let i = 0; i < wrong; i++) {
          assert.notEqual(setup.offence('192.0.2.1', connection), 'ban');
        }
        credit.set(connection, earned - wrong);
      }
      assert.ok(setup.rungs.every((rung) => rung === 'warn' || rung === 'slow'));
      assert.deepEqual(setup.bans.list(), []);
    }),
    { numRuns: 40, seed: 11 },
  );
});

test('property: no score is ever negative, no more is remembered than has happened, and rungs come in order', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('offence' as const),
      address,
      connection: fc.nat(5),
      what: anyOffence,
      times: fc.integer({ min: 1, max: 300 }),
    }),
    fc.record({
      kind: fc.constant('accepted' as const),
      address,
      connection: fc.nat(5),
      times: fc.integer({ min: 1, max: 300 }),
    }),
    fc.record({ kind: fc.constant('left' as const), connection: fc.nat(5) }),
    fc.record({ kind: fc.constant('tick' as const), ms: fc.nat(2_000_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const setup = new Setup();
      for (const step of steps) {
        if (step.kind === 'left') setup.conduct.left(step.connection);
        else if (step.kind === 'tick') {
          setup.ms += step.ms;
          setup.conduct.tick(setup.ms);
        } else {
          for (let i = 0; i < step.times; i++) {
            if (step.kind === 'accepted') setup.conduct.accepted(step.address, step.connection);
            else setup.offence(step.address, step.connection, step.what);
          }
          const { connection, subject } = setup.conduct.scores(step.address, step.connection);
          assert.ok(connection >= 0 && subject >= 0 && subject < CONDUCT_DEFAULTS.banAt + 1);
        }
        assert.ok(setup.conduct.size.connections <= 6);
        assert.ok(setup.conduct.size.subjects <= 3);
      }
      setup.conduct.tick(setup.ms + 86_400_000);
      assert.deepEqual(setup.conduct.size, { connections: 0, subjects: 0 });
    }),
    { numRuns: 60, seed: 12 },
  );
});

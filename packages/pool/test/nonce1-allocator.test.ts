import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError, encodeHex } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import fc from 'fast-check';
import { Nonce1Allocator } from '../src/nonce1/allocator.ts';
import type { Nonce1Block } from '../src/nonce1/leases.ts';
import type { Nonce1Modules } from '../src/nonce1/stock.ts';
import { allocatorWith, answers, blockOf } from './support/leases.ts';

const NO_WORK = Number.POSITIVE_INFINITY;
const ASIC = { port: 'asic', liveSince: NO_WORK };
const GPU = { port: 'gpu', liveSince: NO_WORK };

interface Desk {
  readonly allocator: Nonce1Allocator;
  /** Requests that have no answer yet. */
  readonly asked: PromiseWithResolvers<Nonce1Block | undefined>[];
  readonly problems: string[];
  now: number;
}

/** An allocator whose requests for leases the test answers. */
function desk(length = 4): Desk {
  const asked: Desk['asked'] = [];
  const problems: string[] = [];
  const modules: Nonce1Modules = {
    lease: () => {
      const request = Promise.withResolvers<Nonce1Block | undefined>();
      asked.push(request);
      return request.promise;
    },
    onProblem: ({ message }) => problems.push(message),
    now: () => made.now,
  };
  const made: Desk = {
    allocator: new Nonce1Allocator({ network: 'zcash', length }, modules),
    asked,
    problems,
    now: 0,
  };
  return made;
}

async function answer({ asked }: Desk, block: Nonce1Block | undefined | AditError): Promise<void> {
  const request = asked.shift();
  assert.ok(request !== undefined, 'nothing was asked for');
  if (block instanceof AditError) request.reject(block);
  else request.resolve(block);
  await answers();
}

function codes(times: number, take: () => Uint8Array): string[] {
  return Array.from({ length: times }, () => {
    try {
      return encodeHex(take());
    } catch (error) {
      return (error as AditError).message;
    }
  });
}

test('a value that was given back rests while any work from before lives', async () => {
  const from = await allocatorWith(2);
  const [first, second] = [from.take(ASIC), from.take(ASIC)];
  from.release(first, { told: true, now: 100 });
  from.release(second, { told: true, now: 200 });
  assert.throws(() => from.take({ port: 'asic', liveSince: 50 }), { code: 'ADIT_NONCE1_EXHAUSTED' });
  assert.throws(() => from.take({ port: 'asic', liveSince: 100 }), { code: 'ADIT_NONCE1_EXHAUSTED' });
  assert.deepEqual(from.take({ port: 'asic', liveSince: 101 }), first);
  assert.throws(() => from.take({ port: 'asic', liveSince: 200 }), { code: 'ADIT_NONCE1_EXHAUSTED' });
  assert.deepEqual(from.take({ port: 'asic', liveSince: NO_WORK }), second);
});

test('after its rest a value is used again by its own port only', async () => {
  const from = await allocatorWith(2);
  const [asic, gpu] = [from.take(ASIC), from.take(GPU)];
  from.release(asic, { told: true, now: 1 });
  assert.throws(() => from.take(GPU), { code: 'ADIT_NONCE1_EXHAUSTED' });
  from.release(gpu, { told: true, now: 2 });
  assert.deepEqual([from.take(GPU), from.take(ASIC)], [gpu, asic]);
  from.release(gpu, { told: true, now: 3 });
  assert.throws(() => from.take(ASIC), { code: 'ADIT_NONCE1_EXHAUSTED' });
});

test('in a small space a rested value is used again by any port of the network', async () => {
  for (const length of [1, 2]) {
    const at = desk(length);
    const begun = at.allocator.begin(10_000);
    await answer(at, blockOf(0, 1, length, `zcash/${length}`));
    await begun;
    const only = at.allocator.take(ASIC);
    at.allocator.release(only, { told: true, now: 5 });
    assert.throws(() => at.allocator.take({ port: 'gpu', liveSince: 5 }), { code: 'ADIT_NONCE1_EXHAUSTED' });
    assert.deepEqual(at.allocator.take({ port: 'gpu', liveSince: 6 }), only);
  }
});

test('a value that no miner was told goes out again at once: health checks use up no values', async () => {
  const from = await allocatorWith(2);
  const held = from.take({ port: 'asic', liveSince: 0 });
  for (let i = 0; i < 1000; i += 1) {
    const port = i % 2 === 0 ? 'asic' : 'gpu';
    from.release(from.take({ port, liveSince: 0 }), { told: false, now: 100 });
  }
  const told = from.take({ port: 'gpu', liveSince: 0 });
  assert.notDeepEqual(told, held);
  from.release(told, { told: true, now: 100 });
  assert.throws(() => from.take({ port: 'gpu', liveSince: 100 }), { code: 'ADIT_NONCE1_EXHAUSTED' });
});

test('a miner that needs a new value for a live work gets none that a miner was told before', async () => {
  const from = await allocatorWith(2);
  const told = from.take(ASIC);
  from.release(told, { told: true, now: 1 });
  assert.notDeepEqual(from.take({ ...ASIC, untold: true }), told);
  assert.throws(() => from.take({ ...ASIC, untold: true }), { code: 'ADIT_NONCE1_EXHAUSTED' });
  assert.deepEqual(from.take(ASIC), told);
});

test('a second return of a value does nothing', async () => {
  const from = await allocatorWith(2);
  const first = from.take(ASIC);
  from.release(first, { told: true, now: 1 });
  from.release(first, { told: false, now: 1 });
  assert.throws(
    () => {
      for (let i = 0; i < 2; i += 1) assert.notDeepEqual(from.take({ port: 'asic', liveSince: 0 }), first);
    },
    { code: 'ADIT_NONCE1_EXHAUSTED' },
  );
});

test('the next block is asked for once, when a quarter is left, and take does not wait for it', async () => {
  const at = desk();
  const begun = at.allocator.begin(10_000);
  await answer(at, blockOf(0, 8));
  await begun;
  codes(5, () => at.allocator.take(ASIC));
  assert.equal(at.asked.length, 0);
  codes(1, () => at.allocator.take(ASIC));
  assert.equal(at.asked.length, 1, 'a quarter is left');
  const [seventh, eighth, none] = codes(3, () => at.allocator.take(ASIC));
  assert.deepEqual([seventh, eighth], ['00000006', '00000007']);
  assert.match(none ?? '', /no nonce1 is at hand, more are being fetched/);
  assert.equal(at.asked.length, 1);
  await answer(at, blockOf(8, 8));
  assert.deepEqual(
    codes(8, () => at.allocator.take(ASIC)),
    [8, 9, 10, 11, 12, 13, 14, 15].map((value) => value.toString(16).padStart(8, '0')),
  );
  assert.equal(at.asked.length, 1);
});

test('while leases fail the values in hand are used, the reason is reported once, and the request is repeated', async () => {
  const at = desk();
  const begun = at.allocator.begin(10_000);
  await answer(at, blockOf(0, 4));
  await begun;
  codes(3, () => at.allocator.take(ASIC));
  await answer(at, new AditError('ADIT_LEASES_LOCKED', 'database is locked'));
  assert.deepEqual(
    codes(1, () => at.allocator.take(ASIC)),
    ['00000003'],
  );
  const empty = codes(3, () => at.allocator.take(ASIC));
  for (const text of empty) assert.match(text, /do not answer \(database is locked\)/);
  assert.deepEqual(at.asked, [], 'not with each connection');
  at.now += 1_000;
  codes(2, () => at.allocator.take(ASIC));
  await answer(at, new AditError('ADIT_LEASES_LOCKED', 'database is locked'));
  at.now += 1_000;
  codes(1, () => at.allocator.take(ASIC));
  await answer(at, blockOf(4, 4));
  assert.deepEqual(
    codes(1, () => at.allocator.take(ASIC)),
    ['00000004'],
  );
  assert.deepEqual(at.problems, ['database is locked']);
});

test('a start waits for a lock, but not for ever, and not where the file is broken', async () => {
  const locked = new AditError('ADIT_LEASES_LOCKED', 'database is locked');
  const at = desk();
  const begun = at.allocator.begin(600_000);
  await answer(at, locked);
  await until('it is asked again', () => at.asked.length > 0);
  await answer(at, blockOf(0, 4));
  await begun;
  const late = desk();
  const waited = assert.rejects(late.allocator.begin(600_000), {
    code: 'ADIT_DATA_FOLDER',
    message: /cannot be used: database is locked/,
  });
  late.now = 600_001;
  await answer(late, locked);
  await waited;
  const broken = desk();
  const failed = assert.rejects(broken.allocator.begin(600_000), {
    code: 'ADIT_DATA_FOLDER',
    message: /file is not a database/,
  });
  await answer(broken, new AditError('ADIT_LEASES_FAILED', 'file is not a database'));
  await failed;
  await assert.rejects(desk().allocator.begin(1), { code: 'ADIT_DATA_FOLDER', message: /no answer within/ });
});

test('a start goes on where no value is left, since values may become free', async () => {
  const at = desk();
  const begun = at.allocator.begin(10_000);
  await answer(at, undefined);
  await begun;
  assert.throws(() => at.allocator.take(ASIC), { message: /no nonce1 is left/ });
});

test('values in hand and at rest are lost with their lease', async () => {
  const at = desk();
  const begun = at.allocator.begin(10_000);
  await answer(at, blockOf(0, 4));
  await begun;
  const taken = Array.from({ length: 3 }, () => at.allocator.take(ASIC));
  await answer(at, blockOf(4, 4));
  const [first = new Uint8Array(0), second = new Uint8Array(0), third = new Uint8Array(0)] = taken;
  at.allocator.release(first, { told: true, now: 1 });
  at.allocator.release(second, { told: false, now: 1 });
  assert.equal(at.allocator.lose([{ space: 'komodo/4', start: 0, size: 4 }]).has(third), false);
  const lost = at.allocator.lose([{ space: 'zcash/4', start: 0, size: 4 }]);
  assert.deepEqual(
    taken.map((nonce1) => lost.has(nonce1)),
    [false, false, true],
  );
  assert.deepEqual(
    codes(4, () => at.allocator.take(ASIC)),
    ['00000004', '00000005', '00000006', '00000007'],
  );
});

test('no live value is ever given out twice, and none before its rest is over, in any order of events', () => {
  const step = fc.record({ take: fc.boolean(), told: fc.boolean(), pick: fc.nat(40), port: fc.nat(1) });
  return fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
      const from = await allocatorWith(8);
      const live: { nonce1: Uint8Array; port: string }[] = [];
      const rests = new Map<string, { at: number; port: string }>();
      for (const [now, { take, told, pick, port: number }] of steps.entries()) {
        const port = `port ${number}`;
        if (!take && live.length > 0) {
          const [gone] = live.splice(pick % live.length, 1);
          if (gone === undefined) continue;
          from.release(gone.nonce1, { told, now });
          if (told) rests.set(encodeHex(gone.nonce1), { at: now, port: gone.port });
          continue;
        }
        try {
          const liveSince = now - 3;
          const nonce1 = from.take({ port, liveSince });
          const rest = rests.get(encodeHex(nonce1));
          if (rest !== undefined) assert.ok(rest.at < liveSince && rest.port === port);
          rests.delete(encodeHex(nonce1));
          live.push({ nonce1, port });
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'ADIT_NONCE1_EXHAUSTED');
        }
        assert.equal(new Set(live.map(({ nonce1 }) => encodeHex(nonce1))).size, live.length);
      }
    }),
  );
});

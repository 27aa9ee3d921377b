import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { type LedgerDatabase, LedgerWriter, leaseHolder, SqliteDatabase } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import fc from 'fast-check';
import { withLedger } from './support/books.ts';
import { testLease } from './support/lease-suite.ts';

const LEASE_MS = 100;

/** Two writers of one ledger, under one clock. */
function twoWriters(databases: readonly [LedgerDatabase, LedgerDatabase]) {
  const clock = { now: 1_000 };
  const [a, b] = databases.map(
    (database, i) =>
      new LedgerWriter({ owner: `writer ${i}`, leaseMs: LEASE_MS }, { database, now: () => clock.now }),
  );
  if (a === undefined || b === undefined) throw new Error('two');
  return { clock, a, b };
}

test('a second writer waits while another one holds the lease, and takes over when it has ended', () =>
  withLedger(async (database) => {
    const { clock, a, b } = twoWriters([database, database]);
    assert.equal(await a.take(), 1);
    assert.equal(await b.take(), undefined);
    clock.now += LEASE_MS - 1;
    assert.equal(await b.take(), undefined);
    clock.now += 1;
    assert.equal(await b.take(), 2);
    assert.equal(await a.take(), undefined);
    assert.deepEqual(await database.read(leaseHolder), {
      owner: 'writer 1',
      fence: 2,
      untilMs: clock.now + LEASE_MS,
    });
  }));

test('a renewal and a transaction prolong the lease, and a writer that takes it again keeps its fence', () =>
  withLedger(async (database) => {
    const { clock, a, b } = twoWriters([database, database]);
    await a.take();
    const prolongs = [() => a.renew(), () => a.transact(async () => undefined), () => a.take()];
    for (const prolong of prolongs) {
      clock.now += LEASE_MS - 1;
      await prolong();
      assert.equal(await b.take(), undefined);
      assert.equal(a.fence, 1);
    }
  }));

test('a writer without the lease, or whose lease has ended, writes nothing', () =>
  withLedger(async (database) => {
    const { clock, a } = twoWriters([database, database]);
    const write = () =>
      a.transact((queries) => queries.run("INSERT INTO meta (name, value) VALUES ('mark', '1')"));
    await assert.rejects(write(), { code: 'ADIT_LEDGER_LEASE' });
    await a.take();
    clock.now += LEASE_MS;
    await assert.rejects(write(), { code: 'ADIT_LEDGER_LEASE' });
    assert.equal(a.fence, undefined);
    const rows = await a.read((queries) => queries.all("SELECT value FROM meta WHERE name = 'mark'"));
    assert.deepEqual(rows, []);
  }));

test('a lease that was given back is free at once', () =>
  withLedger(async (database) => {
    const { a, b } = twoWriters([database, database]);
    await a.take();
    await a.lose();
    await assert.rejects(a.renew(), { code: 'ADIT_LEDGER_LEASE' });
    assert.equal(await b.take(), 2);
    await a.lose();
    assert.equal(await a.take(), undefined);
  }));

test('a transaction that fails keeps the lease', () =>
  withLedger(async (database) => {
    const { a } = twoWriters([database, database]);
    await a.take();
    const failed = a.transact(async () => {
      throw new Error('failed');
    });
    await assert.rejects(failed, /failed/);
    await a.renew();
  }));

test('a lease of no length is refused', () =>
  withLedger(async (database) => {
    for (const leaseMs of [0, -1, 0.5, Number.NaN])
      assert.throws(() => new LedgerWriter({ owner: 'a', leaseMs }, { database, now: () => 0 }), {
        code: 'ADIT_BAD_OPTION',
      });
  }));

const STEPS = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('take', 'write', 'renew', 'lose'),
      who: fc.constantFrom('a', 'b'),
    } as const),
    fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 0, max: LEASE_MS + 10 }) } as const),
  ),
  { maxLength: 40 },
);

test('of two writers over one file, only the one that holds the lease ever writes', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'adit-lease-'));
  let files = 0;
  try {
    await fc.assert(
      fc.asyncProperty(STEPS, async (steps) => {
        files += 1;
        const file = path.join(folder, `${files}.db`);
        const databases = [await SqliteDatabase.open(file), await SqliteDatabase.open(file)] as const;
        try {
          await replay(steps, databases);
        } finally {
          for (const database of databases) await database.close();
        }
      }),
      { numRuns: 40 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

type Step =
  typeof STEPS extends fc.Arbitrary<infer All> ? (All extends readonly (infer One)[] ? One : never) : never;

/** Runs the steps beside a model: who holds the lease, until when. */
async function replay(
  steps: readonly Step[],
  databases: readonly [LedgerDatabase, LedgerDatabase],
): Promise<void> {
  const { clock, ...writers } = twoWriters(databases);
  await databases[0].transact((queries) => queries.run('CREATE TABLE written (number BIGINT, who TEXT)'));
  const expected: string[] = [];
  let holder: { who: 'a' | 'b'; until: number } | undefined;
  for (const step of steps) {
    if (step.kind === 'wait') {
      clock.now += step.ms;
      continue;
    }
    const { who } = step;
    const writer = writers[who];
    const isHeld = holder !== undefined && holder.until > clock.now;
    const isOurs = isHeld && holder?.who === who;
    if (step.kind === 'take') {
      const fence = await writer.take();
      assert.equal(fence !== undefined, isOurs || !isHeld);
      if (fence !== undefined) holder = { who, until: clock.now + LEASE_MS };
    } else if (step.kind === 'lose') {
      await writer.lose();
      if (isOurs) holder = undefined;
    } else {
      const number = expected.length;
      const done = await writer
        .transact(async (queries) => {
          if (step.kind === 'write')
            await queries.run('INSERT INTO written (number, who) VALUES (?, ?)', [number, who]);
        })
        .then(
          () => true,
          (error: { code?: string }) => {
            assert.equal(error.code, 'ADIT_LEDGER_LEASE');
            return false;
          },
        );
      assert.equal(done, isOurs);
      if (done && step.kind === 'write') expected.push(who);
      if (done) holder = { who, until: clock.now + LEASE_MS };
    }
  }
  const rows = await databases[1].read((queries) => queries.all('SELECT who FROM written ORDER BY number'));
  assert.deepEqual(
    rows.map((row) => row['who']),
    expected,
  );
}

testLease(
  'a ledger in a file',
  async (context) => path.join(temporaryFolder(context), 'ledger.db'),
  undefined,
);

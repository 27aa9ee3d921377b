import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type LedgerDatabase, LedgerWriter, leaseHolder } from '@adit/ledger';
import { openAt } from './open-at.ts';
import { startTold } from './told-process.ts';

const LEASE_MS = 1_000;
/** When the tests begin. The clock of the other process stays there: only the fence can keep it out. */
const START_MS = 50_000;

/**
 * What the lease has to do between processes, in every database that several processes share.
 * @param newPlace makes a place for a ledger: a path or a URL
 */
export function testLease(
  name: string,
  newPlace: (context: TestContext) => Promise<string>,
  skip: string | undefined,
): void {
  const options = { skip: skip ?? false };

  async function prepare(context: TestContext) {
    const place = await newPlace(context);
    const database = await openAt(place);
    context.after(() => database.close());
    await database.transact((queries) =>
      queries.run('CREATE TABLE written (row_name TEXT PRIMARY KEY, fence BIGINT)'),
    );
    const clock = { now: START_MS };
    const writer = new LedgerWriter({ owner: 'here', leaseMs: LEASE_MS }, { database, now: () => clock.now });
    return { place, database, writer, clock };
  }

  test(
    `${name}: a killed writer's lease is taken over when it ends, and its rows stay`,
    options,
    async (context) => {
      const { place, database, writer, clock } = await prepare(context);
      const other = startTold(
        'write-as-told.ts',
        [place, 'other', String(LEASE_MS), String(START_MS)],
        context,
      );
      assert.equal(await other.tell('take'), '1');
      assert.equal(await other.tell('a'), 'a kept');
      await other.kill();
      assert.equal(await writer.take(), undefined);
      assert.equal((await database.read(leaseHolder))?.owner, 'other');
      clock.now += LEASE_MS;
      assert.equal(await writer.take(), 2);
      assert.equal(writer.fence, 2);
      await writer.transact((queries) =>
        queries.run("INSERT INTO written (row_name, fence) VALUES ('b', 2)"),
      );
      assert.deepEqual(await written(database), ['a', 'b']);
    },
  );

  test(
    `${name}: a process that was paused while its lease was taken cannot write`,
    options,
    async (context) => {
      const { place, database, writer, clock } = await prepare(context);
      const other = startTold(
        'write-as-told.ts',
        [place, 'other', String(LEASE_MS), String(START_MS)],
        context,
      );
      assert.equal(await other.tell('take'), '1');
      assert.equal(await other.tell('a'), 'a kept');
      other.signal('SIGSTOP');
      clock.now += LEASE_MS;
      assert.equal(await writer.take(), 2);
      other.signal('SIGCONT');
      assert.equal(await other.tell('b'), 'ADIT_LEDGER_LEASE');
      assert.equal(await other.tell('take'), 'undefined');
      await writer.lose();
      assert.equal(await other.tell('take'), '3');
      assert.equal(await other.tell('c'), 'c kept');
      await assert.rejects(writer.renew(), { code: 'ADIT_LEDGER_LEASE' });
      assert.deepEqual(await written(database), ['a', 'c']);
    },
  );
}

async function written(database: LedgerDatabase): Promise<readonly unknown[]> {
  const rows = await database.read((queries) =>
    queries.all('SELECT row_name FROM written ORDER BY row_name'),
  );
  return rows.map((row) => row['row_name']);
}

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LedgerWriter, PostgresqlDatabase } from '@adit/ledger';
import { PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';
import { testLease } from './support/lease-suite.ts';

let server: PostgresqlServer | undefined;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

testLease('a ledger in PostgreSQL', async () => (await server?.newDatabase()) ?? '', WITHOUT_POSTGRESQL);

test('a lease cannot be taken while a transaction of its owner is under way, even if it has ended', {
  skip: WITHOUT_POSTGRESQL ?? false,
}, async (context) => {
  const url = (await server?.newDatabase()) ?? '';
  const clock = { now: 1_000 };
  const writers = [];
  for (const owner of ['a', 'b']) {
    const database = await PostgresqlDatabase.open({ url });
    context.after(() => database.close());
    writers.push(new LedgerWriter({ owner, leaseMs: 100 }, { database, now: () => clock.now }));
  }
  const [a, b] = writers;
  assert.ok(a !== undefined && b !== undefined);
  await a.take();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  clock.now += 99;
  const slow = a.transact(async () => {
    begin();
    await gate;
  });
  await begun;
  // By the state before the transaction it has ended; by that after it, it lasts until 1,199.
  clock.now += 50;
  const taken = b.take();
  // The server says when the second writer waits for the row.
  for (;;) {
    const waiting = await server?.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    if (waiting?.length === 1) break;
  }
  open();
  await slow;
  assert.equal(await taken, undefined);
  clock.now += 100;
  assert.equal(await b.take(), 2);
  await assert.rejects(a.renew(), { code: 'ADIT_LEDGER_LEASE' });
});

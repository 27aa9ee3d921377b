import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLuck } from '../src/index.ts';
import { record, START_MS } from './support/journals.ts';
import { CHAIN, ppsLedger } from './support/pps-ledger.ts';

test('expected and found blocks are counted by account, since each of the last twelve months', async (t) => {
  const { ledger } = await ppsLedger(t);
  const whole = { weight: 2n ** 20n };
  ledger
    .journal('a')
    .append(
      record(1, { ...whole, account: 'ann', outcome: 'block' }),
      record(2, { ...whole, account: 'ann' }),
      record(3, { ...whole, account: 'bob' }),
    );
  ledger.now += 1_000;
  await ledger.takeAll();
  const luck = await ledger.database.read((queries) => readLuck(queries, CHAIN, START_MS));
  assert.deepEqual(luck.pool.all, { lambda: 3, found: 1 });
  assert.deepEqual(
    luck.accounts.map(({ account, all }) => [account, all.lambda, all.found]),
    [
      ['ann', 2, 1],
      ['bob', 1, 0],
    ],
  );
  assert.equal(luck.pool.tests.length, 12);
  const later = await ledger.database.read((queries) => readLuck(queries, CHAIN, START_MS + 62 * 86_400_000));
  assert.deepEqual([later.pool.tests[9]?.lambda, later.pool.tests[10]?.lambda], [3, 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONG_NAME, servePool } from './support/public-pool.ts';

test('tables hold what lists hold, and no cell is a formula', async (t) => {
  const { url } = await servePool(t);
  const read = async (path: string) => {
    const response = await fetch(`${url}/api/v1/chains/zec${path}`);
    assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="\w+\.csv"$/);
    return (await response.text()).trimEnd().split('\r\n');
  };
  const credits = await read(`/accounts/${LONG_NAME}/credits.csv`);
  assert.equal(credits.length, 2);
  // A negative amount stays a number; a hash that begins as a formula becomes text.
  assert.match(credits[1] ?? '', /^2023-11-14T22:13:20\.000Z,1,0\.5,-5,immature,'=cmd\|x$/);
  assert.equal((await read('/payouts.csv')).length, 3);
  assert.equal((await read(`/accounts/${LONG_NAME}/payouts.csv`)).length, 3);
  assert.equal((await read('/blocks.csv')).length, 3);
});

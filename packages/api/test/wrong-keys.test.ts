import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books, LONG_NAME, servePool } from './support/public-pool.ts';

test('a key that opens nothing does not make the server build an answer that it has', async (t) => {
  let looks = 0;
  const chainBooks = books();
  const counted = {
    ...chainBooks,
    balance: (account: string) => {
      looks += 1;
      return chainBooks.balance(account);
    },
  };
  const { url } = await servePool(t, { sources: { books: () => counted } });
  const ask = async (key: string) => {
    const headers = { authorization: `Bearer ${key}` };
    const response = await fetch(`${url}/api/v1/chains/zec/accounts/${LONG_NAME}`, { headers });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  };
  for (let i = 0; i < 5; i += 1) await ask(`wrong-${i}`);
  assert.equal(looks, 1);
  await ask('secret-key');
  assert.equal(looks, 2, 'an answer that needs a key is made for it');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  auditRows,
  CHAIN_TERMS,
  type OwnTerms,
  type Queries,
  setTerms,
  termsAt,
  termsReader,
} from '@adit/ledger';
import { inLedger } from './support/books.ts';

const COMMON = { feePpm: 10_000n, donation: null, minimum: 1_000_000n };

function set(queries: Queries, account: string, terms: OwnTerms, timeMs: number, sinceMs?: number) {
  const change = { chain: 'zcash', account, terms, timeMs, actor: 'test', reason: 'asked' };
  return setTerms(queries, sinceMs === undefined ? change : { ...change, sinceMs });
}

test('the first terms of a chain hold from the beginning, later ones from their time on', () =>
  inLedger(async (queries) => {
    await assert.rejects(termsAt(queries, 'zcash', 'ann', 5), { code: 'ADIT_LEDGER_TERMS' });
    await set(queries, CHAIN_TERMS, COMMON, 10);
    assert.deepEqual(await termsAt(queries, 'zcash', 'ann', 0), COMMON);
    await set(queries, CHAIN_TERMS, { ...COMMON, feePpm: 20_000n }, 20);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 19)).feePpm, 10_000n);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 20)).feePpm, 20_000n);
    await assert.rejects(termsAt(queries, 'ycash', 'ann', 5), { code: 'ADIT_LEDGER_TERMS' });
  }));

test('terms of an account go before those of its chain, and leave open what they do not name', () =>
  inLedger(async (queries) => {
    await set(queries, CHAIN_TERMS, COMMON, 10);
    const donation = { ppm: 5_000n, cause: 'devs' };
    await set(queries, 'ann', { feePpm: null, donation, minimum: null }, 20);
    await set(queries, 'bob', { feePpm: 0n, donation: null, minimum: 5n }, 20);
    assert.deepEqual(await termsAt(queries, 'zcash', 'ann', 20), { ...COMMON, donation });
    assert.deepEqual(await termsAt(queries, 'zcash', 'ann', 19), COMMON);
    assert.deepEqual(await termsAt(queries, 'zcash', 'bob', 20), { feePpm: 0n, donation: null, minimum: 5n });
    await set(queries, CHAIN_TERMS, { ...COMMON, feePpm: 1n }, 30);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 30)).feePpm, 1n);
    assert.equal((await termsAt(queries, 'zcash', 'bob', 30)).feePpm, 0n);
  }));

test('terms can be announced, and an announcement can be taken back for its time', () =>
  inLedger(async (queries) => {
    await set(queries, CHAIN_TERMS, COMMON, 10);
    await set(queries, CHAIN_TERMS, { ...COMMON, feePpm: 30_000n }, 20, 1_000);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 999)).feePpm, 10_000n);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 1_000)).feePpm, 30_000n);
    await set(queries, CHAIN_TERMS, COMMON, 30, 1_000);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 1_000)).feePpm, 10_000n);
    await assert.rejects(set(queries, CHAIN_TERMS, { ...COMMON, feePpm: 1n }, 40, 39), {
      code: 'ADIT_BAD_OPTION',
    });
  }));

test('the newest terms again write nothing', () =>
  inLedger(async (queries) => {
    assert.equal(await set(queries, CHAIN_TERMS, COMMON, 10), true);
    assert.equal(await set(queries, CHAIN_TERMS, { ...COMMON }, 20), false);
    assert.equal((await auditRows(queries, { after: 0, limit: 10 })).length, 1);
  }));

test('terms that are announced can be brought forward', () =>
  inLedger(async (queries) => {
    await set(queries, CHAIN_TERMS, COMMON, 10);
    const raised = { ...COMMON, feePpm: 30_000n };
    await set(queries, CHAIN_TERMS, raised, 20, 1_000);
    assert.equal(await set(queries, CHAIN_TERMS, raised, 30), true);
    assert.equal((await termsAt(queries, 'zcash', 'ann', 30)).feePpm, 30_000n);
  }));

test('terms out of their bounds are refused', () =>
  inLedger(async (queries) => {
    const bad: readonly (readonly [string, OwnTerms])[] = [
      [CHAIN_TERMS, { ...COMMON, feePpm: null }],
      [CHAIN_TERMS, { ...COMMON, minimum: null }],
      ['ann', { ...COMMON, feePpm: -1n }],
      ['ann', { ...COMMON, feePpm: 1_000_001n }],
      ['ann', { ...COMMON, minimum: 0n }],
      ['ann', { ...COMMON, donation: { ppm: 1_000_001n, cause: 'devs' } }],
    ];
    for (const [account, terms] of bad)
      await assert.rejects(set(queries, account, terms, 10), { code: 'ADIT_BAD_AMOUNT' });
    const nameless = { ...COMMON, donation: { ppm: 1n, cause: '' } };
    await assert.rejects(set(queries, 'ann', nameless, 10), { code: 'ADIT_BAD_ACCOUNT' });
  }));

test('terms of many accounts are read at once', () =>
  inLedger(async (queries) => {
    await set(queries, CHAIN_TERMS, COMMON, 10);
    const accounts = Array.from({ length: 150 }, (_, i) => `miner ${i}`);
    await set(queries, 'miner 149', { ...COMMON, feePpm: 7n }, 20);
    const termsOf = await termsReader(queries, 'zcash', accounts, 20);
    assert.equal(termsOf('miner 149').feePpm, 7n);
    assert.equal(termsOf('miner 148').feePpm, 10_000n);
  }));

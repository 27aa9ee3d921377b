import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeHex } from '@adit/primitives';
import { transactionLife } from '../src/payouts/transaction-life.ts';

const V5 = '050000800a27a726d90a19770000000054010000000000';
const V4 = [
  '0400008085202f89', // header and version group
  ['01', '11'.repeat(32), '00000000', '03', 'aabbcc', 'ffffffff'], // one input
  ['02', '0100000000000000', '01', '51', '0200000000000000', '00'], // two outputs
  ['00000000', '54010000'], // lock time, expiry 340
]
  .flat()
  .join('');

test('the expiry of v5 and v6 stands in the header, with the branch', () => {
  const life = { version: 5, expiry: 340, branchId: 0x77190ad9, isMalleable: false };
  assert.deepEqual(transactionLife(decodeHex(V5)), life);
  assert.deepEqual(transactionLife(decodeHex(V5.replace('05000080', '06000080'))), { ...life, version: 6 });
});

test('the expiry of v4 stands behind its transparent parts', () => {
  assert.deepEqual(transactionLife(decodeHex(V4)), {
    version: 4,
    expiry: 340,
    branchId: null,
    isMalleable: true,
  });
});

test('other versions, and bytes that end early, are refused', () => {
  for (const header of ['04000000', '03000080', '07000080'])
    assert.throws(() => transactionLife(decodeHex(header + V5.slice(8))), { code: 'ADIT_BAD_TRANSACTION' });
  assert.throws(() => transactionLife(decodeHex(V5.slice(0, 38))), { code: 'ADIT_TRUNCATED' });
  assert.throws(() => transactionLife(decodeHex(V4.slice(0, -2))), { code: 'ADIT_TRUNCATED' });
  const many = `0400008085202f89${'feffffffff'.replace('ffffffff', '70110100')}`;
  assert.throws(() => transactionLife(decodeHex(many)), { code: 'ADIT_BAD_TRANSACTION' });
});

interface Vectors {
  readonly vectors: readonly {
    readonly version: number;
    readonly raw: string;
    readonly expiry: number | null;
  }[];
}

const file = new URL('../../../../shared/vectors/zcash/coinbase.json', import.meta.url);
const skip = existsSync(file) ? false : '../shared/vectors is missing';

test('it reads the expiry of real coinbases as others have read it', { skip }, () => {
  const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
  const readable = vectors.filter(({ version }) => version >= 4);
  assert.ok(readable.some(({ version }) => version === 4) && readable.some(({ version }) => version === 5));
  for (const { version, raw, expiry } of readable) {
    const life = transactionLife(decodeHex(raw));
    assert.deepEqual([life.version, life.expiry], [version, expiry]);
  }
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { appendAudit, auditRows, canonicalJson, type Queries, verifyAudit } from '@adit/ledger';
import fc from 'fast-check';
import { inLedger } from './support/books.ts';

const EVENT = {
  timeMs: 5,
  actor: 'olga',
  action: 'hold',
  subject: 'batch:zcash:b1',
  content: { b: 1n, a: [true, null] },
};

async function fill(queries: Queries): Promise<void> {
  for (let i = 0; i < 5; i += 1) await appendAudit(queries, { ...EVENT, timeMs: i });
}

test('a row of the audit has the hash of the one before and of its content', () =>
  inLedger(async (queries) => {
    assert.equal(await appendAudit(queries, EVENT), 1);
    assert.equal(await appendAudit(queries, EVENT), 2);
    const [first, second] = await auditRows(queries, { after: 0, limit: 10 });
    assert.ok(first !== undefined && second !== undefined);
    const text =
      '{"action":"hold","actor":"olga","content":"{\\"a\\":[true,null],\\"b\\":\\"1\\"}","number":1,"subject":"batch:zcash:b1","timeMs":5}';
    assert.equal(first.previous, '0'.repeat(64));
    assert.equal(
      first.hash,
      createHash('sha256')
        .update(`${'0'.repeat(64)}${text}`)
        .digest('hex'),
    );
    assert.equal(second.previous, first.hash);
    assert.deepEqual(await verifyAudit(queries), []);
  }));

for (const [what, sql] of [
  ['a changed content', "UPDATE audit SET content = '{}' WHERE number = 3"],
  ['a changed time', 'UPDATE audit SET time_ms = 99 WHERE number = 3'],
  ['a changed subject', "UPDATE audit SET subject = 'batch:zcash:b2' WHERE number = 3"],
  ['a removed row', 'DELETE FROM audit WHERE number = 3'],
  [
    'rows in another order',
    'UPDATE audit SET number = CASE number WHEN 3 THEN -4 ELSE -3 END WHERE number IN (3, 4)',
  ],
] as const)
  test(`the chain of the audit shows ${what}`, () =>
    inLedger(async (queries) => {
      await fill(queries);
      await queries.run(sql);
      await queries.run('UPDATE audit SET number = -number WHERE number < 0');
      const breaches = await verifyAudit(queries);
      assert.equal(breaches.length, 1);
      assert.match(breaches[0]?.about ?? '', /row [34] /);
    }));

test('text that would be read otherwise than it was written is refused', () =>
  inLedger(async (queries) => {
    for (const text of ['a\0b', '\ud800'])
      await assert.rejects(appendAudit(queries, { ...EVENT, actor: text }), { code: 'ADIT_BAD_OPTION' });
    // Within the content it is escaped.
    await appendAudit(queries, { ...EVENT, content: 'a\0b \ud800' });
    assert.deepEqual(await verifyAudit(queries), []);
  }));

test('canonical JSON says a value in one way, and JSON.parse reads it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.maxSafeInteger(), fc.boolean())),
      (value) => {
        const text = canonicalJson(value);
        const other = Object.fromEntries(Object.entries(value).reverse());
        assert.equal(canonicalJson(other), text);
        const parsed = Object.entries(JSON.parse(text));
        assert.deepEqual(
          parsed.sort(),
          Object.entries(value)
            .map(([key, member]) => [key, member === 0 ? 0 : member])
            .sort(),
        );
      },
    ),
  );
  for (const bad of [0.5, Number.NaN, 2 ** 53])
    assert.throws(() => canonicalJson(bad), { code: 'ADIT_BAD_OPTION' });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tableRows } from '@adit/test-kit/markdown-table';
import { REJECTS } from '../src/reject.ts';

const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');

test('docs/reasons.md has every reason with its code and its text, in the order of the program', () => {
  const rows = tableRows(page, 'reason');
  assert.deepEqual(
    rows.map(({ reason = '', code, text }) => [reason, Number(code), text]),
    Object.entries(REJECTS).map(([reason, { code, text }]) => [reason, code, text]),
  );
});

test('docs/reasons.md says for each reason whose fault it is, and what the operator can do', () => {
  for (const row of tableRows(page, 'reason')) {
    for (const column of ['whose fault', 'points', 'what the operator can do'])
      assert.notEqual(row[column], '', `${row['reason']}: ${column} is empty`);
  }
});

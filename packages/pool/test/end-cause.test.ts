import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { END_LABELS } from '@adit/pool';
import { tableRows } from '@adit/test-kit/markdown-table';

const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');

test('docs/reasons.md has every cause why a connection ends, with its label in the metrics', () => {
  const rows = tableRows(page, 'cause').map(({ cause, because }) => [cause, because]);
  assert.deepEqual(rows.toSorted(), Object.entries(END_LABELS).toSorted());
});

test('docs/reasons.md says of every cause when it comes', () => {
  for (const row of tableRows(page, 'cause')) assert.notEqual(row['when'], '', row['cause']);
});

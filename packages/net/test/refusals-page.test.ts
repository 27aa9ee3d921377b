import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tableRows } from '@adit/test-kit/markdown-table';
import { REFUSAL_TEXT } from '../src/refusal.ts';

test('docs/reasons.md has every cause why a connection is refused, with the text that it gets', () => {
  const page = readFileSync(new URL('../../../docs/reasons.md', import.meta.url), 'utf8');
  const rows = tableRows(page, 'because').map(({ because, text }) => [because, text]);
  assert.deepEqual(rows, Object.entries(REFUSAL_TEXT));
});

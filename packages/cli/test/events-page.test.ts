import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NODE_CAUSES } from '@adit/chain';
import { tableRows } from '@adit/test-kit/markdown-table';
import { POOL_EVENTS } from '../../api/test/support/pool-events.ts';
import { describe } from '../src/log.ts';

const page = readFileSync(new URL('../../../docs/events.md', import.meta.url), 'utf8');
const rows = tableRows(page, 'event');

test('docs/events.md has every kind of event, and no other', () => {
  assert.deepEqual(rows.map(({ event }) => event).toSorted(), Object.keys(POOL_EVENTS).sort());
});

test('docs/events.md has the fields and the levels with which each kind is logged', () => {
  for (const [kind, events] of Object.entries(POOL_EVENTS)) {
    const row = rows.find(({ event }) => event === kind);
    const lines = events.map(describe);
    const fields = new Set(lines.flatMap((line) => Object.keys(line.fields)));
    fields.delete('event');
    assert.deepEqual(row?.['fields']?.split(', ').toSorted(), [...fields].sort(), kind);
    const levels = row?.['level']?.split(', ') ?? [];
    for (const { level } of lines) assert.ok(levels.includes(level), `${kind} is logged as ${level}`);
  }
});

test('docs/events.md has every cause of a node that is not an error code, and no other', () => {
  const section = page.slice(page.indexOf('## Causes of a node'));
  const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, cause]) => cause);
  assert.deepEqual(listed.sort(), [...NODE_CAUSES].sort());
});

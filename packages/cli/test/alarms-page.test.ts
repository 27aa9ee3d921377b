import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

test('the page for operators says what to do at each alarm, and names no other alarm', () => {
  const alarms = [...read('deploy/prometheus-rules.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  assert.ok(alarms.length > 10);
  const table = read('docs/operating.md').match(/\| alarm \|[\s\S]*?\n\n/)?.[0] ?? '';
  const explained = [...table.matchAll(/Adit[A-Z]\w+/g)].map(([name]) => name);
  assert.deepEqual(explained.toSorted(), alarms.toSorted());
});

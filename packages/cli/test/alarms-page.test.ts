import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tableRows } from '@adit/test-kit/markdown-table';

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');

test('the page for operators says what to do at each alarm, and names no other alarm', () => {
  const alarms = [...read('deploy/prometheus-rules.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  assert.ok(alarms.length > 10);
  const explained = tableRows(read('docs/operating/watching.md'), 'alarm').flatMap(({ alarm = '' }) =>
    alarm.split(', '),
  );
  assert.deepEqual(explained.toSorted(), alarms.toSorted());
});

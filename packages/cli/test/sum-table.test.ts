import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sumTable } from '../src/commands/shares.ts';

test('the table of adit shares sum cuts long accounts, so that its columns fit a terminal', () => {
  const sum = { network: 'zcash', shares: 5, weight: 123n, blocks: 1, fruits: 0 };
  const table = sumTable([
    { ...sum, account: 'a'.repeat(320) },
    { ...sum, account: 'bob' },
  ]);
  const lines = table.trimEnd().split('\n');
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.length <= 100, line);
  assert.match(table, /^zcash {4}a{37}\.\.\. +5 +123 +1 +0$/m);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { settingsTable } from '../src/commands/settings.ts';

test('the page of settings is what adit settings --markdown prints', () => {
  const page = readFileSync(new URL('../../../docs/settings.md', import.meta.url), 'utf8');
  assert.ok(
    page.endsWith(`\n${settingsTable()}`),
    'the table in docs/settings.md is not that of the program: run `npm run docs`, and commit the page',
  );
});

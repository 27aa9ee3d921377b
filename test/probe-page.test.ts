import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { attackTable, checkTable, MINER_CHECKS, POOL_CHECKS } from '@adit/conformance';

test('the page of the probe lists the checks that there are (adit probe pool --list --markdown, and miner)', () => {
  const page = readFileSync(new URL('../docs/probe.md', import.meta.url), 'utf8');
  const tables = {
    'checks of pools': checkTable(POOL_CHECKS),
    'checks of miners': checkTable(MINER_CHECKS),
    attacks: attackTable(POOL_CHECKS, MINER_CHECKS),
  };
  for (const [what, table] of Object.entries(tables)) {
    assert.ok(
      page.includes(`\n${table}`),
      `docs/probe.md does not have the table of ${what} as the program prints it`,
    );
  }
});

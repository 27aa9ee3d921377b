import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { tableRows } from '@adit/test-kit/markdown-table';
import { withLedgerFamilies } from './support/ledger-samples.ts';
import { poolEvents } from './support/pool-events.ts';
import { poolStatus } from './support/pool-status.ts';
import { metricsAfter } from './support/samples.ts';

const page = readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8');

/** Values of each label of each of our own metrics, as they are shown; `le` belongs to every histogram. */
async function shown() {
  const { families: ofPool } = await metricsAfter(poolEvents(), poolStatus());
  const families = await withLedgerFamilies(ofPool);
  const own = [...families.values()].filter(({ name }) => name.startsWith('adit_'));
  return new Map(
    own.map(({ name, type, samples }) => {
      const labels = new Map<string, Set<string>>();
      for (const sample of samples.keys()) {
        for (const [, label = '', value = ''] of sample.matchAll(/(\w+)="([^"]*)"/g)) {
          if (label === 'le') continue;
          labels.set(label, (labels.get(label) ?? new Set()).add(value));
        }
      }
      return [name, { type, labels }];
    }),
  );
}

test('docs/metrics.md has every metric with its type and its labels, and no other', async () => {
  const metrics = await shown();
  const rows = tableRows(page, 'metric').map(({ metric, type, labels = '' }) => [
    metric,
    type,
    labels.split(', ').filter(Boolean).toSorted().join(', '),
  ]);
  const expected = [...metrics].map(([name, { type, labels }]) => [
    name,
    type,
    [...labels.keys()].toSorted().join(', '),
  ]);
  assert.deepEqual(rows.toSorted(byName), expected.toSorted(byName));
});

test('docs/metrics.md has the values of every label that is a closed list', async () => {
  const metrics = await shown();
  const rows = tableRows(page, 'label');
  for (const { label = '', of = '', values = '' } of rows) {
    const known = metrics.get(of)?.labels.get(label) ?? new Set();
    assert.deepEqual(values.split(', ').toSorted(), [...known].toSorted(), `${label} of ${of}`);
  }
  const named = new Set(rows.map(({ label }) => label));
  const free = ['chain', 'port', 'node', 'source', 'version'];
  for (const [metric, { labels }] of metrics) {
    for (const label of labels.keys())
      assert.ok(named.has(label) || free.includes(label), `${metric}: the values of ${label} are missing`);
  }
});

test('docs/metrics.md says of each metric what it means', () => {
  for (const row of tableRows(page, 'metric')) assert.notEqual(row['what it says'], '', row['metric']);
});

function byName(
  [a = '']: readonly (string | undefined)[],
  [b = '']: readonly (string | undefined)[],
): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { faultsOf } from './support/expression.ts';
import { withLedgerFamilies } from './support/ledger-samples.ts';
import { parsePlainYaml, type Yaml } from './support/plain-yaml.ts';
import { poolEvents } from './support/pool-events.ts';
import { poolStatus } from './support/pool-status.ts';
import { metricsAfter } from './support/samples.ts';

const read = (name: string) => readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), 'utf8');
// The histogram of the garbage collector appears with the first collection, so its name is listed here.
const LATER = { name: 'nodejs_gc_duration_seconds', type: 'histogram', help: '' };

async function families() {
  const { families: ofPool } = await metricsAfter(poolEvents(), poolStatus());
  const seen = await withLedgerFamilies(ofPool);
  const samples = new Map([['nodejs_gc_duration_seconds_sum{kind="minor"}', 0]]);
  return new Map([...seen, [LATER.name, { ...LATER, samples }]]);
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

function text(value: Yaml | undefined, what: string): string {
  assert.ok(typeof value === 'string' && value !== '', `${what} is missing`);
  return value;
}

function part(value: Yaml | undefined, keys: readonly string[]): { readonly [key: string]: Yaml } {
  assert.ok(typeof value === 'object' && !Array.isArray(value));
  assert.deepEqual(Object.keys(value).sort(), [...keys].sort());
  return value as { readonly [key: string]: Yaml };
}

function rules(): readonly Rule[] {
  const { groups } = part(parsePlainYaml(read('prometheus-rules.yml')), ['groups']);
  assert.ok(Array.isArray(groups) && groups.length === 1);
  const group = part(groups[0], ['name', 'rules']);
  assert.ok(Array.isArray(group['rules']));
  return group['rules'].map((raw: Yaml): Rule => {
    const rule = part(raw, ['alert', 'expr', 'for', 'labels', 'annotations']);
    const alert = text(rule['alert'], 'alert');
    const labels = part(rule['labels'], ['severity']);
    const annotations = part(rule['annotations'], ['summary', 'action']);
    return {
      alert,
      expr: text(rule['expr'], `${alert}: expr`),
      for: text(rule['for'], `${alert}: for`),
      labels: { severity: text(labels['severity'], `${alert}: severity`) },
      annotations: {
        summary: text(annotations['summary'], `${alert}: summary`),
        action: text(annotations['action'], `${alert}: action`),
      },
    };
  });
}

suite('alarms', () => {
  test('each has its own name and a severity, and says what it means and what to do', () => {
    const all = rules();
    assert.equal(new Set(all.map(({ alert }) => alert)).size, all.length);
    for (const rule of all) {
      assert.match(rule.alert, /^Adit[A-Z][A-Za-z]+$/);
      assert.match(rule.for, /^\d+m$/);
      assert.ok(['critical', 'warning', 'info'].includes(rule.labels.severity), rule.alert);
      for (const sentence of [rule.annotations.summary, rule.annotations.action])
        assert.match(sentence, /^[A-Z].{20,}\.$/, rule.alert);
    }
  });

  test('the failures that an operator must see have an alarm', () => {
    const expressions = rules().map(({ expr }) => expr);
    for (const metric of [
      'adit_journal_broken',
      'adit_disk_free_bytes',
      'adit_outage_seconds',
      'adit_node_state',
      'adit_node_disagreements_total',
      'adit_node_lag_blocks',
      'adit_verifier_oldest_seconds',
      'adit_event_loop_delay_seconds',
      'adit_shares_rejected_total',
      'adit_conduct_total',
      'adit_blocks_submitted_total',
      'adit_ledger_writer',
      'adit_ledger_ingest_lag_seconds',
      'adit_ledger_looked_seconds',
      'adit_ledger_due_oldest_seconds',
      'adit_ledger_holds',
      'adit_ledger_gap_coins',
      'adit_ledger_block_moves_total',
      'account="reserve"',
    ])
      assert.ok(
        expressions.some((expression) => expression.includes(metric)),
        metric,
      );
  });

  test('every expression names metrics, labels and values that exist', async () => {
    const known = await families();
    for (const { alert, expr } of rules()) assert.deepEqual(faultsOf(expr, known), [], `${alert}: ${expr}`);
  });

  test('texts use only labels that their expression keeps', async () => {
    const known = await families();
    for (const { alert, expr, annotations } of rules()) {
      const used = [...`${annotations.summary}${annotations.action}`.matchAll(/\{\{ \$labels\.(\w+) \}\}/g)];
      const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ');
      const name = /adit_\w+/.exec(expr)?.[0] ?? '';
      const own = [...(known.get(name)?.samples.keys() ?? [])].join();
      for (const [, label = ''] of used)
        assert.ok(grouped?.includes(label) ?? own.includes(`${label}="`), `${alert}: ${label}`);
    }
  });
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

suite('the dashboard', () => {
  const dashboard = JSON.parse(read('grafana/adit.json'));
  const panels: readonly Panel[] = dashboard.panels;

  test('it is for a recent Grafana, and the user chooses the data source', () => {
    assert.ok(dashboard.schemaVersion >= 39);
    assert.equal(dashboard.id, undefined, 'an id belongs to one Grafana');
    const names = dashboard.templating.list.map((variable: { name: string }) => variable.name);
    assert.deepEqual(names, ['datasource', 'instance']);
    const sources = [...read('grafana/adit.json').matchAll(/"uid": "([^"]+)"/g)].map(([, uid]) => uid);
    assert.deepEqual(new Set(sources), new Set(['${' + 'datasource}', 'adit-pool']));
  });

  test('it has a row for each subject', () => {
    assert.deepEqual(
      panels.filter(({ type }) => type === 'row').map(({ title }) => title),
      ['Miners', 'Shares', 'Work and nodes', 'Verification', 'Journal', 'Protection', 'Process', 'Money'],
    );
  });

  test('every expression names metrics, labels and values that exist, of the chosen instance', async () => {
    const known = await families();
    const expressions = panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => [title, expr] as const),
    );
    const annotations = dashboard.annotations.list.map(
      ({ name, expr }: { name: string; expr: string }) => [name, expr] as const,
    );
    assert.ok(expressions.length > 60);
    for (const [title, expression] of [...expressions, ...annotations]) {
      assert.deepEqual(faultsOf(expression, known), [], `${title}: ${expression}`);
      const names = expression.match(/\b(adit|process|nodejs)_\w+/g)?.length;
      assert.equal(expression.match(/instance=~"\$instance"/g)?.length, names, `${title}: ${expression}`);
    }
  });

  test('legends use only labels that their expression keeps', () => {
    for (const { title, targets = [] } of panels)
      for (const { expr, legendFormat } of targets) {
        const grouped = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(', ');
        if (grouped === undefined) continue;
        for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(grouped.includes(label), `${title}: ${label} in ${legendFormat}`);
      }
  });

  test('it shows every metric of Adit', async () => {
    const everything = read('grafana/adit.json');
    for (const name of (await families()).keys())
      if (name.startsWith('adit_')) assert.ok(everything.includes(name), name);
  });

  test('panels have their own ids, lie within the grid, and do not overlap', () => {
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x},${y}`), title);
          taken.add(`${x},${y}`);
        }
    }
  });
});

suite('the checks of these files', () => {
  test('an expression that names a missing metric or label is found', async () => {
    const known = await families();
    assert.equal(faultsOf('rate(adit_made_up_total[5m])', known).length, 1);
    assert.equal(faultsOf('adit_node_state{state="asleep"}', known).length, 1);
    assert.equal(faultsOf('sum by (worker) (adit_miners)', known).length, 1);
    assert.equal(faultsOf('sum by (port) (adit_miners', known).length, 1);
    assert.equal(faultsOf('vector(1)', known).length, 1);
    assert.equal(
      faultsOf('rate(adit_share_seconds[5m])', known).length,
      1,
      'a histogram has no series of its own',
    );
  });

  test('YAML with a hidden meaning is found', () => {
    for (const bad of [
      'a: b: c',
      'a: [1]',
      'a: b #c',
      'a:\n   b: c\n  d: e',
      'a: b\na: c',
      'a:',
      '- - a',
      "a: 'b'",
    ])
      assert.throws(() => parsePlainYaml(bad), bad);
    assert.deepEqual(parsePlainYaml('a:\n  - b: c\n    d: >-\n      e\n      f\n  - b: g\nh: i'), {
      a: [{ b: 'c', d: 'e f' }, { b: 'g' }],
      h: 'i',
    });
  });
});

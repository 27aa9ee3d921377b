import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalTail } from '@adit/journal';
import { openStats, ShareIntake, StatsQueries } from '@adit/stats';
import { folder, journalTemplate, record, START_MS, TestJournal } from '@adit/test-kit/test-journal';
import { servePool } from './support/public-pool.ts';

/** Names that miners choose (T24), and some that a pool refuses today: an older journal may hold any. */
const NAMES = [
  '<script>alert(1)</script>',
  '"><svg/onload=alert(1)>',
  '/etc/passwd',
  '../../../etc/passwd',
  'C:\\windows\\system32',
  'a:b|c',
  "'; DROP TABLE share; --",
  '__proto__',
  'constructor',
  '%00%2e%2e%2f',
  '=cmd|"/c calc"!A1',
  '+1',
  '-_ /?#%&"<',
  '@x',
  '{{7*7}}',
  ' alice ',
  '\u0430lice',
  '\u202ealice',
  'ali\u200bce',
  'alice\r\nbob',
  'alice\0',
  '\u001b[2J',
  '\u2028',
  '\u{1f480}\u{1f480}',
  'x'.repeat(512),
];

test('every name has its page and its table, letter by letter, and is no script, header or formula', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  for (const [i, name] of NAMES.entries())
    journal.append(
      record(i, { account: name, worker: `${name}.${name}`, outcome: 'block', timeMs: START_MS + i }),
    );
  journal.close();
  const db = openStats(':memory:');
  const tail = new JournalTail({ dataFolder });
  new ShareIntake({ settleMs: 0 }, { tail, db, now: () => START_MS + 60_000 }).step();
  tail.close();
  const queries = new StatsQueries(db);
  const { url, problems } = await servePool(t, { privacy: () => 'open', sources: { stats: () => queries } });
  const chain = `${url}/api/v1/chains/zec`;
  for (const name of NAMES) {
    const page = `${chain}/accounts/${encodeURIComponent(name)}`;
    const response = await fetch(page);
    assert.equal(response.status, 200, JSON.stringify(name));
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(((await response.json()) as { account: string }).account, name);
    const rigs = (await (await fetch(`${page}/workers`)).json()) as {
      items: { name: string; wid: string }[];
    };
    assert.equal(rigs.items[0]?.name, name);
    assert.equal((await fetch(`${page}/workers/${rigs.items[0]?.wid}`)).status, 200);
  }
  const table = await (await fetch(`${chain}/blocks.csv`)).text();
  const cells = cellsIn(table);
  assert.ok(
    cells.every((cell) => !/^[=+\-@\t\r]/.test(cell)),
    'a formula',
  );
  for (const name of NAMES)
    assert.ok(
      cells.some((cell) => cell === name || cell === `'${name}`),
      JSON.stringify(name),
    );
  assert.deepEqual(problems, []);
});

/** Reads CSV as RFC 4180 has it. */
function cellsIn(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^,\r\n]+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
  );
}

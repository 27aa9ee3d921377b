import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  attackTable,
  checkTable,
  MINER_CHECKS,
  MODEST_RUN,
  POOL_CHECKS,
  PROBE_LIMITS,
  type Question,
} from '@adit/conformance';
import { DIALECTS, type Dialect } from '@adit/stratum';
import { probeCommand } from '../packages/cli/src/commands/probe/index.ts';

const PAGE = readFileSync(new URL('../docs/probe.md', import.meta.url), 'utf8');

/** The text from a heading on to the next heading of the same level or above. */
function section(heading: string): string {
  const from = PAGE.indexOf(`\n${heading}\n`);
  assert.notEqual(from, -1, `docs/probe.md has no heading "${heading}"`);
  const level = heading.indexOf(' ');
  const rest = PAGE.slice(from + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end === -1 ? rest : rest.slice(0, end);
}

/** The cells of the rows of a table, without its head. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('the page of the probe lists the checks that there are (adit probe pool --list --markdown, and miner)', () => {
  const tables = {
    'checks of pools': checkTable(POOL_CHECKS),
    'checks of miners': checkTable(MINER_CHECKS),
    attacks: attackTable(POOL_CHECKS, MINER_CHECKS),
  };
  for (const [what, table] of Object.entries(tables)) {
    assert.ok(
      PAGE.includes(`\n${table}`),
      `docs/probe.md does not have the table of ${what} as the program prints it`,
    );
  }
});

test('the results of our own pools and miners count as many checks as there are', () => {
  for (const [heading, checks] of [
    ['### Our own pool', POOL_CHECKS],
    ['### Our own miner', MINER_CHECKS],
  ] as const) {
    const seen: Dialect[] = [];
    for (const [who = '', ...cells] of rows(section(heading))) {
      const dialect = DIALECTS.find((name) => who.includes(name));
      assert.ok(dialect !== undefined, `${heading}: "${who}" names no dialect`);
      seen.push(dialect);
      const own: readonly Question[] = checks.filter(({ dialects }) => dialects.includes(dialect));
      const counts = cells.slice(0, 4).map((cell) => Number.parseInt(cell, 10));
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        own.length,
        `${heading}: the row "${who}" counts other checks than the ${own.length} that there are`,
      );
    }
    assert.deepEqual(seen, DIALECTS, heading);
  }
});

test('the page has the bounds that the probe keeps, and the times that it waits', () => {
  const text = PAGE.replaceAll('\n', ' ');
  const { connections, lines, submissions } = MODEST_RUN;
  const thousands = (count: number) => count.toLocaleString('en-US');
  for (const sentence of [
    `It opens at most ${thousands(connections)} connections, ${1_000 / PROBE_LIMITS.gapMs} in a second`,
    `It sends at most ${thousands(lines)} lines; up to ${thousands(submissions)} of them are submissions`,
    `the probe waits ${PROBE_LIMITS.shutOutMs / 1_000} seconds and asks again, up to three times`,
    `the run waits up to ${(3 * PROBE_LIMITS.shutOutMs) / 1_000} seconds until it is back`,
    `more than ${PROBE_LIMITS.promptMs / 1_000} s after the login`,
  ])
    assert.ok(text.includes(sentence), `docs/probe.md does not say "${sentence}"`);
});

const SECTIONS: Readonly<Record<string, string>> = {
  pool: '## Asking a pool',
  miner: '## Asking a miner',
  tap: '## Listening in: `adit probe tap`',
  replay: '## Playing one part: `adit probe replay`',
};

for (const command of probeCommand().commands) {
  test(`the page names the options of adit probe ${command.name()}, and none that it does not have`, () => {
    const heading = SECTIONS[command.name()];
    assert.ok(heading !== undefined, `docs/probe.md has no section for adit probe ${command.name()}`);
    const options = command.options.flatMap(({ long }) => long ?? []);
    const named = new Set(section(heading).match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
    assert.deepEqual(
      options.filter((option) => !named.has(option)),
      [],
      'options that the page does not name',
    );
    const every = probeCommand().commands.flatMap((one) => one.options.flatMap(({ long }) => long ?? []));
    // The examples of a section may name options of other commands of Adit.
    const rowNames = rows(section(heading)).flatMap(([first = '']) => first.match(/--[a-z][a-z-]*/g) ?? []);
    assert.deepEqual(
      rowNames.filter((option) => every.includes(option) && !options.includes(option)),
      [],
      'options that the command does not have',
    );
  });
}

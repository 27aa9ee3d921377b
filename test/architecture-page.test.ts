import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain JavaScript module without declarations
import { ALLOWED } from '../scripts/import-rule.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const allowed = ALLOWED as Readonly<Record<string, readonly string[]>>;
const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');

test('the drawing of the rooms has the arrows of the import rule, without those to primitives and from cli', () => {
  const drawing = /```mermaid\nflowchart[\s\S]*?```/.exec(page)?.[0] ?? '';
  const drawn = [...drawing.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} ${to}`);
  const ruled = Object.entries(allowed).flatMap(([room, others]) =>
    room === 'cli' ? [] : others.filter((other) => other !== 'primitives').map((other) => `${room} ${other}`),
  );
  assert.deepEqual(drawn.sort(), ruled.sort());
  for (const room of Object.keys(allowed)) assert.match(drawing, new RegExp(`^ {4}${room}$`, 'm'), room);
  for (const room of Object.keys(allowed).filter((name) => name !== 'primitives'))
    assert.ok(allowed[room]?.includes('primitives'), `the page says that ${room} may import primitives`);
  assert.equal(
    allowed['cli']?.length,
    Object.keys(allowed).length - 1,
    'the page says that cli may import all',
  );
});

test('the table of the rooms says what the import rule allows', () => {
  for (const [room, others] of Object.entries(allowed)) {
    const row = page.split('\n').find((line) => line.includes(`| \`packages/${room}\` |`));
    const cell = row?.split('|').at(-2)?.trim();
    const names = cell === 'nothing' ? [] : cell === 'every room' ? [...others] : (cell ?? '').split(', ');
    assert.deepEqual(names.toSorted(), [...others].sort(), room);
  }
});

test('every file that the glossary names is there', () => {
  const glossary = page.slice(page.indexOf('### Of the code'), page.indexOf('## Laws'));
  const files = [...glossary.matchAll(/`([\w-]+\/[\w/-]+\.ts)`/g)].map(([, file]) => file ?? '');
  assert.ok(files.length > 20);
  for (const file of files) {
    const [room = '', ...rest] = file.split('/');
    assert.ok(existsSync(path.join(root, 'packages', room, ...rest)), file);
  }
});

test('every decision record is listed on the page, and has the four parts', () => {
  const records = globSync('docs/decisions/[0-9]*.md', { cwd: root }).sort();
  assert.ok(records.length >= 12);
  for (const [i, file] of records.entries()) {
    const name = path.basename(file);
    assert.equal(Number(name.slice(0, 4)), i + 1, `${name}: numbers have no gap`);
    assert.ok(
      page.includes(`| [${i + 1}. `) && page.includes(`](decisions/${name}) |`),
      `${name} is not listed`,
    );
    const text = readFileSync(path.join(root, file), 'utf8');
    assert.ok(text.startsWith(`# ${i + 1}. `), `${name} begins with its number`);
    const parts = [...text.matchAll(/^## (.*)$/gm)].map(([, part]) => part);
    assert.deepEqual(parts, ['Context', 'Decision', 'Alternatives', 'Consequences'], name);
  }
});

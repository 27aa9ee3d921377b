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

test('every file of ours that the page, the records and the page on extending name is there', () => {
  const pages = [
    'docs/architecture.md',
    'docs/extending.md',
    ...globSync('docs/decisions/*.md', { cwd: root }),
  ];
  let named = 0;
  for (const name of pages) {
    const text = readFileSync(path.join(root, name), 'utf8');
    for (const [, file = ''] of text.matchAll(/`([\w-]+\/[\w/.-]+\.(?:ts|mjs|yml|json|toml))`/g)) {
      const [first = '', second = ''] = file.split('/');
      const isInRoom = Object.hasOwn(allowed, first) && (second === 'src' || second === 'test');
      if (!isInRoom && !existsSync(path.join(root, first))) continue; // Named from within a room.
      named += 1;
      assert.ok(existsSync(path.join(root, isInRoom ? 'packages' : '', file)), `${name}: ${file}`);
    }
  }
  assert.ok(named > 50);
});

test('every path on the page on extending, short ones and folders included, is the end of one that there is', () => {
  const files = globSync('{packages,scripts,test,docs,deploy,bench}/**', {
    cwd: root,
    exclude: (file) => ['node_modules', 'dist'].includes(path.basename(file)),
  }).map((file) => `/${file.split(path.sep).join('/')}`);
  const text = readFileSync(path.join(root, 'docs/extending.md'), 'utf8');
  const names = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/?)`/g)]
    .map(([, name = '']) => name.replace(/\/$/, ''))
    .filter((name) => name.includes('/') || /\.(?:ts|mjs|yml|json)$/.test(name));
  // As `miner/src/dialects.ts`, `zcash/schema.ts` or `job-runner.ts`.
  assert.deepEqual(
    names.filter((name) => !files.some((file) => file.endsWith(`/${name}`))),
    [],
  );
  assert.ok(names.length > 100);
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

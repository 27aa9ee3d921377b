import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain JavaScript module without declarations
import { circlesOf, findImportCircles } from '../scripts/import-circles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const find = findImportCircles as (root: string, read?: (file: string) => string) => string[];
const circles = (graph: Readonly<Record<string, readonly string[]>>) =>
  (circlesOf as (graph: ReadonlyMap<string, readonly string[]>) => string[])(new Map(Object.entries(graph)));

test('no files of a room import each other in a circle, not even for a type', () => {
  assert.deepEqual(find(root), []);
});

test('a circle is found wherever the search begins, and a file that many import is none', () => {
  assert.deepEqual(circles({ a: ['b', 'c'], b: ['c'], c: [] }), []);
  assert.deepEqual(circles({ a: ['a'] }), ['a -> a']);
  assert.deepEqual(circles({ a: ['b'], b: ['c'], c: ['b'] }), ['b -> c -> b']);
  assert.deepEqual(circles({ a: ['b'], b: ['c'], c: ['a', 'b'] }), ['a -> b -> c -> a', 'b -> c -> b']);
  assert.deepEqual(circles({ a: [], b: ['c'], c: ['d'], d: ['b', 'a'] }), ['b -> c -> d -> b']);
});

test('each way to import closes a circle: a value, a type, an export, and an import at run time', () => {
  const file = 'packages/primitives/src/hex.ts';
  for (const line of [
    "import { checkBytes } from './bytes.ts';",
    "import type { Bytes } from './bytes.ts';",
    "export * from './bytes.ts';",
    "export type {\n  Bytes,\n} from './bytes.ts';",
    "const { x } = await import('./bytes.ts');",
  ]) {
    const read = (name: string) => {
      const text = readFileSync(path.join(root, name), 'utf8');
      if (name === file) return `${line}\n`;
      return name === 'packages/primitives/src/bytes.ts' ? "import { hex } from './hex.ts';\n" : text;
    };
    assert.deepEqual(
      find(root, read),
      [
        'packages/primitives/src/bytes.ts -> packages/primitives/src/hex.ts -> packages/primitives/src/bytes.ts',
      ],
      line,
    );
  }
});

// The rule that no files of the rooms import each other in a circle. Imports of types count too: whoever reads one file of
// such a circle has to read all of them, and one word (`type`) less makes it a circle of values, which loads in an order that
// nobody chose. Between rooms there can be none: `import-rule.mjs` lets them import downwards only.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { importsOf } from './import-rule.mjs';

/**
 * Finds circles of imports between source files. A file may be in several; each step that closes one is told once.
 * @returns one line for each, as `a.ts -> b.ts -> a.ts`
 * @param {string} root the checkout
 * @param {(file: string) => string} [read] for tests: how a file is read
 */
export function findImportCircles(root, read = (file) => readFileSync(path.join(root, file), 'utf8')) {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root }).map((file) =>
    file.split(path.sep).join('/'),
  );
  return circlesOf(new Map(files.sort().map((file) => [file, neighboursOf(file, read(file))])));
}

/**
 * A search in depth: a file that is met again while it is still on the way closes a circle.
 * @returns one line for each circle that a step closes
 * @param {ReadonlyMap<string, readonly string[]>} graph the files that each file imports
 */
export function circlesOf(graph) {
  const circles = [];
  const done = new Set();
  const way = [];
  const visit = (file) => {
    if (done.has(file)) return;
    const start = way.indexOf(file);
    if (start >= 0) {
      circles.push([...way.slice(start), file].join(' -> '));
      return;
    }
    way.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    way.pop();
    done.add(file);
  };
  for (const file of graph.keys()) visit(file);
  return circles;
}

function neighboursOf(file, text) {
  return importsOf(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)));
}

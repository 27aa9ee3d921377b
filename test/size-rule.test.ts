import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';
// @ts-expect-error a plain JavaScript module without declarations
import { findSizeFaults as find, linesOf, MOST_LINES } from '../scripts/size-rule.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const findSizeFaults = find as (root: string, longer?: readonly string[]) => string[];

/** A checkout with sources of these lengths. */
function checkout(context: TestContext, sources: Readonly<Record<string, number>>): string {
  const folder = temporaryFolder(context);
  for (const [name, lines] of Object.entries(sources)) {
    const file = path.join(folder, 'packages', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '//\n'.repeat(lines));
  }
  return folder;
}

test('no source is longer than the rule allows, but for those that the list names', () => {
  assert.deepEqual(findSizeFaults(root), []);
});

test('a source that is one line too long is named, and tests may be longer', (context) => {
  const folder = checkout(context, {
    'a/src/just.ts': MOST_LINES,
    'a/src/deep/long.ts': MOST_LINES + 1,
    'a/test/long.ts': 2 * MOST_LINES,
  });
  const [fault, ...others] = findSizeFaults(folder, []);
  assert.match(fault ?? '', /^packages\/a\/src\/deep\/long\.ts: 351 lines/);
  assert.deepEqual(others, []);
  assert.deepEqual(findSizeFaults(folder, ['packages/a/src/deep/long.ts']), []);
});

test('an entry of the list that is not needed any more is a fault', (context) => {
  const folder = checkout(context, { 'a/src/short.ts': 3 });
  for (const name of ['packages/a/src/short.ts', 'packages/a/src/gone.ts']) {
    const [fault] = findSizeFaults(folder, [name]);
    assert.match(fault ?? '', new RegExp(`${name} is not too long any more`));
  }
});

test('a last line counts once, whether or not it has an end', () => {
  assert.deepEqual([linesOf('a\nb\n'), linesOf('a\nb'), linesOf('')], [2, 2, 1]);
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LIBRARIES, withFaces } from '../scripts/api/faults.ts';
import { pageOptions } from '../scripts/api/page-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the pages of the interfaces have every entry of every library, under the name that users import', () => {
  const { entryPoints } = pageOptions(root, LIBRARIES, 'out') as { readonly entryPoints: readonly string[] };
  const named = entryPoints.map((file) => /^ \* @module (\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1]);
  withFaces(root, (faces) => {
    const entries = [...faces.values()].flatMap((face) => face.entries.map(({ specifier }) => specifier));
    assert.deepEqual(named, entries);
    assert.ok(entries.includes('@adit/pow/threads'));
  });
});

test('the tool that writes the pages is pinned, and no part of the workspace', () => {
  const read = (file: string) => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
  const { dependencies } = read('tools/api-pages/package.json') as { dependencies: Record<string, string> };
  const { packages } = read('tools/api-pages/package-lock.json') as {
    packages: Record<string, { readonly version?: string }>;
  };
  for (const [name, version] of Object.entries(dependencies)) {
    assert.equal(packages[`node_modules/${name}`]?.version, version, name);
  }
  assert.ok(!JSON.stringify(read('package.json')).includes('tools/'));
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain JavaScript module without declarations
import { findImportFaults } from '../scripts/import-rule.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const find = findImportFaults as (root: string, read?: (file: string) => string) => string[];

test('no room imports upward, reaches into another, or uses what its package.json does not name', () => {
  assert.deepEqual(find(root), []);
});

test('the rule notices each kind of fault', () => {
  const faultsWith = (file: string, line: string) =>
    find(root, (name) => {
      const text = readFileSync(path.join(root, name), 'utf8');
      return name === file ? `${line}\n${text}` : text;
    });
  const faults = [
    [
      'packages/stratum/src/index.ts',
      "import { Pool } from '@adit/pool';",
      /stratum may not import @adit\/pool/,
    ],
    [
      'packages/stratum/src/index.ts',
      "import { createHash } from 'node:crypto';",
      /does not exist in a browser/,
    ],
    ['packages/pow/src/index.ts', "export * from 'node:fs';", /does not exist in a browser/],
    ['packages/net/src/index.ts', "import { x } from '../../pool/src/pool.ts';", /reaches out of its room/],
    ['packages/miner/src/index.ts', "await import('pino');", /pino is not among the room's dependencies/],
    [
      'packages/primitives/src/index.ts',
      "import type { Work } from '@adit/chain';",
      /primitives may not import/,
    ],
    [
      'packages/dashboard/src/app.tsx',
      "import type { Pool } from '@adit/api/public';",
      /dashboard may not import @adit\/api/,
    ],
    ['packages/dashboard/src/route.ts', "import path from 'node:path';", /does not exist in a browser/],
  ] as const;
  for (const [file, line, fault] of faults) {
    const found = faultsWith(file, line);
    assert.equal(found.length, 1, line);
    assert.match(found[0] ?? '', fault);
  }
});

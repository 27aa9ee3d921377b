import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The methods that the pool's side of a dialect knows. */
function methodsOf(dialect: string): string[] {
  const text = read(`packages/stratum/src/${dialect}/server-session.ts`);
  return [...text.matchAll(/^ +case '(mining\.[a-z_.]+)':/gm)].map(([, method = '']) => method);
}

const ZCASH = methodsOf('zcash');
const TRUESTRATUM = methodsOf('truestratum');

const ALL = [...ZCASH, ...TRUESTRATUM];

/** Lists that are kept by hand beside the sessions: where they are, what they have to name, and why. */
const LISTS: readonly (readonly [files: string, methods: readonly string[], why: string])[] = [
  ['test/fuzz/mutate.ts', ALL, 'the fuzzer puts one method in the place of another'],
  ['test/fuzz/seeds.ts', ALL, 'the fuzzer begins with a line of each'],
  ['packages/tap/src/{describe,dialects}/*.ts', ALL, 'the tap has words for each'],
  [
    'packages/conformance/src/miner/probe/miner-session.ts',
    ZCASH,
    'the pool that the probe plays answers each',
  ],
  // The page names what the protocol documents do not have.
  [
    'docs/protocols.md',
    ZCASH.filter((method) => method !== 'mining.subscribe'),
    'the page says what a pool answers',
  ],
];

test('every method that a session knows is in the lists that are kept by hand', () => {
  assert.ok(ZCASH.length > 5 && TRUESTRATUM.length > 1);
  for (const [files, methods, why] of LISTS) {
    const text = globSync(files, { cwd: root }).map(read).join('\n');
    const missing = methods.filter((method) => !text.includes(method));
    assert.deepEqual(missing, [], `${files}: ${why}`);
  }
});

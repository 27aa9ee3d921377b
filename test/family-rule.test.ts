import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain JavaScript module without declarations
import { EXCUSED, familyClassesIn, familyLines, findFamilyFaults } from '../scripts/family-rule.mjs';

interface Excuse {
  readonly file: string;
  readonly code: string;
  readonly why: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const find = findFamilyFaults as (
  root: string,
  read?: (file: string) => string,
  excused?: readonly Excuse[],
) => string[];
const classesIn = familyClassesIn as (name: string, text: string) => string[];
const linesOf = familyLines as (text: string, classes: ReadonlySet<string>) => number[];

const CLASSES = new Set(['ZcashPort', 'TrueChainEngine']);

test('only tables tell families apart, but for what is excused, and no excuse is left over', () => {
  assert.deepEqual(find(root), []);
});

test('the family rule notices each way of telling families apart', () => {
  for (const line of [
    "if (kind === 'zcash') return;",
    'if (kind !== "truechain") return;',
    "if (kind == 'zcash') return;",
    'const strict = port.dialect ===\n  `truestratum`;',
    "if ('zcash' === kind) return;",
    "switch (kind) {\n  case 'truechain':",
    'if (port instanceof ZcashPort) return;',
    'return !(chain.engine instanceof pool.TrueChainEngine);',
  ])
    assert.equal(linesOf(line, CLASSES).length, 1, line);
});

test('the family rule leaves names in tables, comments and other classes alone', () => {
  for (const line of [
    "// as in: if (kind === 'zcash')",
    "/* port instanceof ZcashPort */ const kind = 'zcash';",
    'const table = { zcash: ZCASH, truechain: TRUECHAIN };',
    "const dialect = table[known ?? 'zcash'];",
    "const options = { dialect: 'truestratum', dialects: ['zcash'] };",
    "if (network === 'zcash-devnet') return;",
    'if (error instanceof AditError) return;',
    "new ZcashPort(options, 'zcash');",
  ])
    assert.deepEqual(linesOf(line, CLASSES), [], line);
});

test('a class belongs to a family by its folder or by its name, unless it is an error', () => {
  const inFolder = (text: string) => classesIn('packages/pool/src/zcash/jobs.ts', text);
  const elsewhere = (text: string) => classesIn('packages/pool/src/ports/any.ts', text);
  assert.deepEqual(inFolder('export class Jobs {}\nclass Other<T extends object> extends Jobs {}'), [
    'Jobs',
    'Other',
  ]);
  assert.deepEqual(inFolder('class RpcError extends Error {}\nclass Odd extends AditError {}'), []);
  assert.deepEqual(elsewhere('class Slices {}\nabstract class StratumPort<Session> {}'), ['StratumPort']);
  assert.deepEqual(elsewhere('// class FakeEngine\nclass OldEngine {}'), ['OldEngine']);
});

test('a new comparison, and an excuse that nothing needs, are named with their place', () => {
  const file = 'packages/pool/src/pool.ts';
  const line = 'export const isZcash = (port: unknown) => port instanceof ZcashPort;';
  const read = (name: string) => {
    const text = readFileSync(path.join(root, name), 'utf8');
    return name === file ? `${line}\n${text}` : text;
  };
  assert.deepEqual(find(root, read), [`${file}:1: tells families apart: ${line}`]);
  const more = [...(EXCUSED as readonly Excuse[]), { file, code: 'nowhere', why: 'none' }];
  assert.deepEqual(find(root, undefined, more), [
    'scripts/family-rule.mjs: nothing needs the excuse for nowhere',
  ]);
  for (const { code, why } of EXCUSED as readonly Excuse[]) assert.notEqual(why, '', code);
});

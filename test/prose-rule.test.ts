import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a plain JavaScript module without declarations
import { EXCUSED, findProseFaults, proseLines } from '../scripts/prose-rule.mjs';

interface Excuse {
  readonly file: string;
  readonly code: string;
  readonly why: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const find = findProseFaults as (
  root: string,
  read?: (file: string) => string,
  excused?: readonly Excuse[],
) => string[];
const linesOf = proseLines as (text: string) => number[];

test('no code matches prose, but for what is excused, and no excuse is left over', () => {
  assert.deepEqual(find(root), []);
});

test('the rule notices each way of matching a sentence', () => {
  for (const line of [
    "if (reason.startsWith('a line is longer than')) return;",
    'if (text.startsWith(`\u0024{node} cannot`)) return;',
    "if (text.endsWith('not followed')) return;",
    "if (text.includes('no such table')) return;",
    "if (word === 'the pool stops') return;",
    "if ('the pool stops' !== word) return;",
    "case 'idle for long':",
    'return /database is locked/.test(text);',
    'const found = text.match(/no such table/);',
    // Whatever they look for: what they look at is a sentence.
    'return detail.startsWith(`\u0024{node} `);',
    "return error.message.includes('busy');",
    "return messageOf(error).startsWith('x');",
    'return BUSY.test(error.message);',
    'return BUSY.exec(reason) !== null;',
    'return BUSY.test(messageOf(error));',
    'return this.#failure?.message !== failure.message;',
    "if (error.message === 'timeout') return;",
    'switch (error.message) {',
    "const words = said\n  .split('\\n')\n  .find((one) =>\n one.startsWith('it does not'));",
  ])
    assert.equal(linesOf(line).length, 1, line);
});

test('the rule leaves formats, codes and words for people alone', () => {
  for (const line of [
    "// as in: if (reason.startsWith('a line is longer than'))",
    "/* error.message === 'x' */ const a = 1;",
    "const url = 'http://host'; // reason.startsWith('two words')",
    "if (line.startsWith('PROXY ')) return;",
    "if (name.endsWith(' ')) return;",
    "if (names.includes('')) return;",
    "if (host.startsWith('127.')) return;",
    "if (reason === 'stale_job') return;",
    'if (reason === undefined || error.message !== undefined) return;',
    "if (event.detail === '') return;",
    "const [name, value] = header.split(': ');",
    'return /^[A-Z]{3,7} \\S+ HTTP\\/\\d/.test(text);',
    'return /^[0-9a-f]{64}$/.test(digits);',
    'throw new Error(`no such table: \u0024{name}`);',
    "tell('the pool stops');",
    'codes.startsWith(prefix) && error.code === code;',
  ])
    assert.deepEqual(linesOf(line), [], line);
});

test('a new match, and an excuse that nothing needs, are named with their place', () => {
  const file = 'packages/net/src/output.ts';
  const read = (name: string) => {
    const text = readFileSync(path.join(root, name), 'utf8');
    return name === file
      ? `export const isIdle = (reason: string) => reason === 'idle for long';\n${text}`
      : text;
  };
  assert.deepEqual(find(root, read), [
    `${file}:1: matches prose: export const isIdle = (reason: string) => reason === 'idle for long';`,
  ]);
  const more = [...(EXCUSED as readonly Excuse[]), { file, code: 'nowhere', why: 'none' }];
  assert.deepEqual(find(root, undefined, more), [
    'scripts/prose-rule.mjs: nothing needs the excuse for nowhere',
  ]);
  for (const { code, why } of EXCUSED as readonly Excuse[]) assert.notEqual(why, '', code);
});

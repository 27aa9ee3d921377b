import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { loadConfig } from '../src/config/load.ts';
import { tomlHint } from '../src/config/toml-hints.ts';

test('a line that is no TOML is named with the mistake in it', () => {
  const hints: readonly (readonly [line: string, hint: RegExp])[] = [
    ['data = "./data', /^a text that is not closed/],
    ["data = './data", /^a text that is not closed/],
    ['workers = ["a, "b"]', /^$/],
    ['start_difficulty = 0,5', /^a decimal comma/],
    ['name: "x"', /^a colon after the key/],
    ['[log', /^a table without its closing bracket/],
    ['[[chain]  # mine', /^$/],
    ['fixed_difficulty = yes', /^expected true or false/],
    ['fixed_difficulty = True # always', /^expected true or false/],
    ['data =', /^a key without a value/],
    ['port = 0123', /^a number that begins with 0/],
    ['start_difficulty = 64"', /^a number and a quote/],
    ['cookie_file = /etc/cookie', /^a text without quotes/],
    ['cookie_file = ~/.cache/zebra', /^a text without quotes/],
    ['listen = “0.0.0.0:3333”', /^typographic quotes/],
    ['text = "a, b" "c"', /^$/],
  ];
  for (const [line, hint] of hints) assert.match(tomlHint(line) ?? '', hint, line);
});

test('what stands in a text or in a comment is no mistake', () => {
  for (const line of [
    'a = "yes, 0,5: [x"',
    "a = 'C:\\x' # don't",
    'a = "say \\"yes\\"" # = no',
    'a = 1 # "open',
  ])
    assert.equal(tomlHint(line), undefined, line);
});

test('the error for the file has the place, the key, and the mistake', (context) => {
  const file = path.join(temporaryFolder(context), 'adit.toml');
  writeFileSync(file, '[log]\nlevel = debug\n');
  assert.throws(() => loadConfig(file), {
    code: 'ADIT_BAD_CONFIG',
    message: `${file}:2:9: log.level: a text without quotes; expected quotes around it, as in "text" (Invalid TOML document: invalid value)`,
  });
});

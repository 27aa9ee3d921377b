import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { en } from '../src/i18n/en.ts';
import { fill, placeholdersOf } from '../src/i18n/fill.ts';
import { zhHans } from '../src/i18n/zh-hans.ts';

const SOURCES = new URL('../src/', import.meta.url);

describe('the texts of the pages', () => {
  it('have the same names in both languages', () => {
    assert.deepEqual(Object.keys(zhHans), Object.keys(en));
  });

  it('have the same placeholders in both languages', () => {
    for (const [key, text] of Object.entries(en))
      assert.deepEqual(placeholdersOf(zhHans[key as keyof typeof en]), placeholdersOf(text), key);
  });

  it('are all shown by some page', () => {
    const sources = globSync('**/*.{ts,tsx}', { cwd: SOURCES })
      .filter((file) => !file.startsWith('i18n'))
      .map((file) => readFileSync(new URL(file.replaceAll('\\', '/'), SOURCES), 'utf8'))
      .join('\n');
    // Names of states and ranges are put together: `state_${account.state}`.
    const beginnings = [...sources.matchAll(/`(\w+_)\$\{/g)].map(([, beginning = '']) => beginning);
    const unused = Object.keys(en).filter(
      (key) => !sources.includes(`'${key}'`) && !beginnings.some((beginning) => key.startsWith(beginning)),
    );
    assert.deepEqual(unused, []);
  });

  it('are never empty', () => {
    for (const texts of [en, zhHans])
      for (const [key, text] of Object.entries(texts)) assert.notEqual(text.trim(), '', key);
  });

  it('take values as they are, even ones that look like placeholders or have a dollar sign', () => {
    assert.equal(fill('{a} of {b}', { a: '{b}', b: '$&' }), '{b} of $&');
    assert.equal(fill('{toString}', {}), '{toString}');
  });
});

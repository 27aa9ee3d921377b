import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { en } from '../src/i18n/en.ts';
import { fill, placeholdersOf } from '../src/i18n/fill.ts';
import { zhHans } from '../src/i18n/zh-hans.ts';

describe('the texts of the pages', () => {
  it('have the same names in both languages', () => {
    assert.deepEqual(Object.keys(zhHans), Object.keys(en));
  });

  it('have the same placeholders in both languages', () => {
    for (const [key, text] of Object.entries(en))
      assert.deepEqual(placeholdersOf(zhHans[key as keyof typeof en]), placeholdersOf(text), key);
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

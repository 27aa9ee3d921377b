import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDefaults } from '../src/index.ts';

test('an option that is present but undefined takes its default; null, 0 and false are values', () => {
  const defaults = { bytes: 16, name: 'x', on: true, none: 1 as number | null };
  const given = { bytes: undefined, on: false, none: null, more: 1 };
  assert.deepEqual(withDefaults(defaults, given), { bytes: 16, name: 'x', on: false, none: null, more: 1 });
  assert.deepEqual(defaults, { bytes: 16, name: 'x', on: true, none: 1 }, 'the defaults stay as they are');
});

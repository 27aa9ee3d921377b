import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whyNotPrivate } from '../src/private-file.ts';

const why = (mode: number, gid = 7) =>
  whyNotPrivate('key', { mode: 0o100000 + mode, gid }, { getgid: () => 3, getgroups: () => [3, 7] });

test('a file that only its owner may use is private, whatever its group', () => {
  for (const mode of [0o600, 0o400, 0o700]) {
    assert.equal(why(mode), undefined);
    assert.equal(why(mode, 99), undefined);
  }
});

test('a group of this process may read the file, and may do nothing else with it', () => {
  assert.equal(why(0o640), undefined);
  assert.equal(why(0o440), undefined);
  for (const mode of [0o660, 0o620, 0o650]) assert.match(why(mode) ?? '', /others: run chmod 600 key$/);
});

test('a group of other users counts as others, and the answer names it', () => {
  assert.match(why(0o640, 99) ?? '', /those of group 99, which is no group of this user/);
  for (const mode of [0o644, 0o604, 0o601, 0o602])
    assert.match(why(mode) ?? '', /others: run chmod 600 key$/);
});

test('where the system has no groups, nothing can be said of a file', () => {
  assert.equal(whyNotPrivate('key', { mode: 0o666, gid: 0 }, {}), undefined);
});

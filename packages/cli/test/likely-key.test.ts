import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelyKey } from '../src/config/likely-key.ts';
import { allSettings } from '../src/config/live-settings.ts';

test('a misspelled key is met by the one of its table that it is closest to', () => {
  assert.equal(likelyKey('chain[0].ports[1]', 'lisen'), 'did you mean "listen"?');
  assert.equal(likelyKey('log', 'levle'), 'did you mean "level"?');
  assert.equal(likelyKey('', 'admn'), 'did you mean "admin"?');
  assert.equal(likelyKey('chain[3]', 'node'), 'did you mean "nodes"?');
  assert.equal(likelyKey('', 'Data'), 'did you mean "data"?');
});

test('a key in the wrong table is sent to its own', () => {
  assert.equal(likelyKey('chain[0]', 'start_difficulty'), '"start_difficulty" belongs to [[chain.ports]]');
  assert.equal(likelyKey('', 'ban_at'), '"ban_at" belongs to [bans]');
});

test('a key that is like none gets no guess', () => {
  assert.equal(likelyKey('log', 'colour'), undefined);
  assert.equal(likelyKey('chain[0].ports[0]', 'x'), undefined);
});

test('every setting with two letters swapped is recognised', () => {
  for (const { key } of allSettings()) {
    const table = key
      .replaceAll('[]', '[0]')
      .slice(0, Math.max(0, key.replaceAll('[]', '[0]').lastIndexOf('.')));
    const name = key.slice(key.lastIndexOf('.') + 1);
    const [first = '', second = ''] = name;
    if (first === second) continue;
    assert.equal(likelyKey(table, `${second}${first}${name.slice(2)}`), `did you mean "${name}"?`, key);
  }
});

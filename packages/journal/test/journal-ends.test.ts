import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JournalEnds } from '../src/journal-ends.ts';

test('ends that a journal has taken over are handed on to all later ones, also when it is removed as unused', () => {
  const ends = new JournalEnds();
  const taken = { instance: 'A', lastSequence: 1, reason: 'recorded' };
  ends.take([taken]);
  const unused = {
    instance: 'B1',
    lastSequence: 0,
    reason: 'EIO',
    wasOpen: false,
    wasUsed: false,
    isGone: false,
  };
  ends.add(unused);
  const next = ends.forNext('/journal');
  assert.deepEqual(next.unused, ['/journal/B1.db']);
  assert.deepEqual(next.ends, [taken, { instance: 'B1', lastSequence: 0, reason: 'EIO' }]);
  assert.deepEqual(next.unsaid, ['B1']);
  ends.opened();
  assert.deepEqual(ends.forNext('/journal').ends, [taken]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duplicates } from '../src/duplicates.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);

test('a digest is claimed once, and again after it was given back', async () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(1)), true);
  assert.equal(duplicates.claim('tip', digest(1)), false);
  assert.equal(await duplicates.isNew('tip', digest(1)), true);
  duplicates.release('tip', digest(1));
  assert.equal(duplicates.claim('tip', digest(1)), true);
});

test('of two copies that race, one wins', () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  const claims = [1, 1, 2, 1].map((byte) => duplicates.claim('tip', digest(byte)));
  assert.deepEqual(claims, [true, false, true, false]);
});

test('a claim does not wait for the journal, but credit does, and what the journal holds is known', async () => {
  const read = Promise.withResolvers<readonly Uint8Array[]>();
  const duplicates = new Duplicates({ journaled: () => read.promise });
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(7)), true);
  assert.equal(duplicates.claim('tip', digest(8)), true);
  const news = Promise.all([duplicates.isNew('tip', digest(7)), duplicates.isNew('tip', digest(8))]);
  read.resolve([digest(7), digest(9)]);
  assert.deepEqual(await news, [false, true]);
  // From now on the cheap check knows it too.
  assert.equal(duplicates.claim('tip', digest(9)), false);
  duplicates.release('tip', digest(7));
  assert.equal(duplicates.claim('tip', digest(7)), false);
});

test('where the journal cannot be read nothing is new, and it is read again for the next share', async () => {
  let readings = 0;
  const duplicates = new Duplicates({
    journaled: async () => {
      readings += 1;
      if (readings <= 2) throw new Error('unreadable');
      return [digest(1)];
    },
  });
  duplicates.open('tip');
  await assert.rejects(duplicates.isNew('tip', digest(1)), /unreadable/);
  await assert.rejects(duplicates.isNew('tip', digest(1)), /unreadable/);
  assert.equal(await duplicates.isNew('tip', digest(1)), false);
  assert.equal(await duplicates.isNew('tip', digest(2)), true);
  assert.equal(readings, 3);
});

test('groups are apart, and a closed one is forgotten', async () => {
  const asked: string[] = [];
  const duplicates = new Duplicates({
    journaled: async (group) => {
      asked.push(group);
      return [];
    },
  });
  duplicates.open('a');
  duplicates.open('a');
  duplicates.open('b');
  assert.equal(duplicates.claim('a', digest(1)), true);
  assert.equal(duplicates.claim('b', digest(1)), true);
  duplicates.close('a');
  duplicates.open('a');
  assert.equal(duplicates.claim('a', digest(1)), true);
  assert.deepEqual(asked, ['a', 'b', 'a']);
});

test('a late share of a tip that is closed is never held up here: its journal has the last word', async () => {
  const duplicates = new Duplicates({ journaled: async () => [digest(1)] });
  assert.equal(duplicates.claim('gone', digest(1)), true);
  assert.equal(duplicates.claim('gone', digest(1)), true);
  assert.equal(await duplicates.isNew('gone', digest(1)), true);
  duplicates.release('gone', digest(1));
});

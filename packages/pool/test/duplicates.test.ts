import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duplicates } from '../src/shares/duplicates.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);
const TARGET = 1n << 240n;

test('a digest can be claimed once, and again after its release', async () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(1), TARGET), 'new');
  assert.equal(duplicates.claim('tip', digest(1), TARGET), 'known');
  assert.equal(await duplicates.isNew('tip', digest(1)), true);
  duplicates.release('tip', digest(1));
  assert.equal(duplicates.claim('tip', digest(1), TARGET), 'new');
});

test('of two copies that race only one is claimed', () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  const claims = [1, 1, 2, 1].map((byte) => duplicates.claim('tip', digest(byte), TARGET));
  assert.deepEqual(claims, ['new', 'known', 'new', 'known']);
});

test('a claim does not wait for the journal but a credit does, and digests of the journal are known', async () => {
  const read = Promise.withResolvers<readonly Uint8Array[]>();
  const duplicates = new Duplicates({ journaled: () => read.promise });
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(7), TARGET), 'new');
  assert.equal(duplicates.claim('tip', digest(8), TARGET), 'new');
  const news = Promise.all([duplicates.isNew('tip', digest(7)), duplicates.isNew('tip', digest(8))]);
  read.resolve([digest(7), digest(9)]);
  assert.deepEqual(await news, [false, true]);
  // From now on `claim` knows the digest too.
  assert.equal(duplicates.claim('tip', digest(9), TARGET), 'known');
  duplicates.release('tip', digest(7));
  assert.equal(duplicates.claim('tip', digest(7), TARGET), 'known');
});

test('while the journal cannot be read no share is new, and the next share reads it again', async () => {
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

test('groups do not affect each other, and a closed one is forgotten', async () => {
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
  assert.equal(duplicates.claim('a', digest(1), TARGET), 'new');
  assert.equal(duplicates.claim('b', digest(1), TARGET), 'new');
  duplicates.close('a');
  duplicates.open('a');
  assert.equal(duplicates.claim('a', digest(1), TARGET), 'new');
  assert.deepEqual(asked, ['a', 'b', 'a']);
});

test('a late share of a closed tip is always new here: the journal decides', async () => {
  const duplicates = new Duplicates({ journaled: async () => [digest(1)] });
  assert.equal(duplicates.claim('gone', digest(1), TARGET), 'new');
  assert.equal(duplicates.claim('gone', digest(1), TARGET), 'new');
  assert.equal(await duplicates.isNew('gone', digest(1)), true);
  duplicates.release('gone', digest(1));
});

test('a full group lets shares pass to their proof but not be credited, and its copies stay known', async () => {
  const full: string[] = [];
  const duplicates = new Duplicates(
    { journaled: async () => [digest(100)], onFull: (group) => full.push(group) },
    { maxKeys: 4 },
  );
  duplicates.open('tip');
  // The journal has been read by now: its digest takes one of the four places.
  assert.equal(await duplicates.isNew('tip', digest(100)), false);
  for (const byte of [1, 2, 3]) {
    assert.equal(duplicates.claim('tip', digest(byte), TARGET), 'new');
    assert.equal(await duplicates.isNew('tip', digest(byte)), true);
  }
  assert.deepEqual([full, duplicates.size], [[], 4]);
  for (const byte of [4, 4, 5]) {
    assert.equal(duplicates.claim('tip', digest(byte), TARGET), 'new', 'it may be a block');
    await assert.rejects(duplicates.isNew('tip', digest(byte)), { code: 'ADIT_DUPLICATES_FULL' });
  }
  assert.deepEqual([full, duplicates.size], [['tip'], 4]);
  for (const byte of [1, 2, 3, 100]) assert.equal(duplicates.claim('tip', digest(byte), TARGET), 'known');
  // A free place must not be used: a copy of a share that was not remembered would be credited.
  duplicates.release('tip', digest(1));
  assert.equal(duplicates.claim('tip', digest(6), TARGET), 'new');
  await assert.rejects(duplicates.isNew('tip', digest(6)), { code: 'ADIT_DUPLICATES_FULL' });
  duplicates.close('tip');
  assert.equal(duplicates.size, 0);
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(6), TARGET), 'new');
  assert.equal(await duplicates.isNew('tip', digest(6)), true);
});

test('all groups together have a bound too, and a closed group makes room for others', async () => {
  const full: string[] = [];
  const duplicates = new Duplicates(
    { journaled: async () => [], onFull: (group) => full.push(group) },
    { maxKeys: 3, maxTotal: 4 },
  );
  for (const group of ['a', 'b', 'c']) duplicates.open(group);
  for (const byte of [1, 2, 3]) duplicates.claim('a', digest(byte), TARGET);
  duplicates.claim('b', digest(1), TARGET);
  duplicates.claim('b', digest(2), TARGET);
  assert.deepEqual(full, ['b']);
  await assert.rejects(duplicates.isNew('b', digest(2)), { code: 'ADIT_DUPLICATES_FULL' });
  duplicates.close('a');
  duplicates.claim('c', digest(1), TARGET);
  assert.equal(await duplicates.isNew('c', digest(1)), true);
  duplicates.release('c', digest(1));
  duplicates.release('c', digest(1));
  duplicates.release('c', digest(9));
  assert.equal(duplicates.size, 1);
});

test('no share of a group is credited when the journal holds more digests than can be remembered', async () => {
  const read = Promise.withResolvers<readonly Uint8Array[]>();
  const full: string[] = [];
  const duplicates = new Duplicates(
    { journaled: () => read.promise, onFull: (group) => full.push(group) },
    { maxKeys: 3 },
  );
  duplicates.open('tip');
  assert.equal(duplicates.claim('tip', digest(4), TARGET), 'new');
  read.resolve([1, 2, 3, 4].map(digest));
  // The digest that did not fit is one of the journal's.
  await assert.rejects(duplicates.isNew('tip', digest(4)), { code: 'ADIT_DUPLICATES_FULL' });
  assert.equal(duplicates.claim('tip', digest(9), TARGET), 'new');
  await assert.rejects(duplicates.isNew('tip', digest(9)), { code: 'ADIT_DUPLICATES_FULL' });
  assert.deepEqual(full, ['tip']);
  assert.ok(duplicates.size <= 3);
});

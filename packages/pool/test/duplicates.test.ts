import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duplicates } from '../src/duplicates.ts';

const digest = (byte: number) => new Uint8Array(32).fill(byte);

test('a digest is claimed once, and again after it was given back', async () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  assert.equal(await duplicates.reserve('tip', digest(1)), true);
  assert.equal(await duplicates.reserve('tip', digest(1)), false);
  duplicates.release('tip', digest(1));
  assert.equal(await duplicates.reserve('tip', digest(1)), true);
});

test('of two copies that race, one wins', async () => {
  const duplicates = new Duplicates({ journaled: async () => [] });
  duplicates.open('tip');
  const claims = await Promise.all([1, 1, 2, 1].map((byte) => duplicates.reserve('tip', digest(byte))));
  assert.deepEqual(claims, [true, false, true, false]);
});

test('what the journal holds is known, and claims wait until it has been read', async () => {
  const read = Promise.withResolvers<readonly Uint8Array[]>();
  const duplicates = new Duplicates({ journaled: () => read.promise });
  duplicates.open('tip');
  const claims = Promise.all([duplicates.reserve('tip', digest(7)), duplicates.reserve('tip', digest(8))]);
  read.resolve([digest(7)]);
  assert.deepEqual(await claims, [false, true]);
});

test('where the journal cannot be read no claim is granted', async () => {
  const duplicates = new Duplicates({ journaled: () => Promise.reject(new Error('unreadable')) });
  duplicates.open('tip');
  await assert.rejects(duplicates.reserve('tip', digest(1)), /unreadable/);
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
  assert.equal(await duplicates.reserve('a', digest(1)), true);
  assert.equal(await duplicates.reserve('b', digest(1)), true);
  duplicates.close('a');
  duplicates.open('a');
  assert.equal(await duplicates.reserve('a', digest(1)), true);
  assert.deepEqual(asked, ['a', 'b', 'a']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { numberSource } from '../src/number-source.ts';

test('the digits of a number come as the line spells them', () => {
  for (const digits of ['0', '-0', '1.50', '1e2', '1E+2', '12345678901234567890', '-0.10', '1e999']) {
    for (const text of [`{"id":${digits}}`, `{"a":[1,{"id":2}],"id" :\t${digits} ,"b":"id"}`]) {
      assert.equal(numberSource(text, 'id'), digits, text);
    }
  }
});

test('the last member of the name counts, however its key is written', () => {
  assert.equal(numberSource('{"id":1.5,"id":2.5}', 'id'), '2.5');
  assert.equal(numberSource('{"id":1.5,"\\u0069d":2.5}', 'id'), '2.5');
  assert.equal(numberSource('{"id":1.5,"id":"x"}', 'id'), undefined);
});

test('only members of the object itself count, and only numbers', () => {
  for (const text of [
    '{}',
    '{"a":{"id":1.5}}',
    '{"a":[{"id":1.5}]}',
    '{"id":"1.5"}',
    '{"id":[1.5]}',
    '{"id":null}',
    '{"a":"id","b":1.5}',
    '{"a":"\\"id\\":1.5"}',
    '{"a":"\\\\","ID":1.5}',
    '{"a":"{","b":"id:1.5"}',
  ]) {
    assert.equal(numberSource(text, 'id'), undefined, text);
  }
});

test('the number is always the one that JSON.parse finds', () => {
  const key = fc.oneof(fc.constantFrom('id', 'a', '"', '\\', '{', '}', ':', ','), fc.string());
  const members = fc.array(
    fc.tuple(key, fc.oneof(fc.jsonValue(), fc.double({ noDefaultInfinity: true, noNaN: true }))),
  );
  fc.assert(
    fc.property(members, (list) => {
      const text = `{${list.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(' ,')}}`;
      const id = (JSON.parse(text) as { id?: unknown }).id;
      const source = numberSource(text, 'id');
      assert.equal(
        source === undefined ? undefined : JSON.parse(source),
        typeof id === 'number' ? id : undefined,
      );
    }),
    { numRuns: 500 },
  );
});

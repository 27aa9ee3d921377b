import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '@adit/stratum';
import { errorCodeOf, errorTextOf, memoryOf, noticeIn, paramsOf } from '../src/index.ts';

const received = (line: string) => ({ message: parseMessage(Buffer.from(line)), text: line, at: 0 });

test('code and words of an error are read from an array and from an object, as pools send both', () => {
  assert.deepEqual([errorCodeOf([23, 'low', null]), errorTextOf([23, 'low', null])], [23, 'low']);
  const object = { code: -32601, message: 'no' };
  assert.deepEqual([errorCodeOf(object), errorTextOf(object)], [-32601, 'no']);
  assert.deepEqual([errorCodeOf('words'), errorTextOf('words')], [undefined, 'words']);
  for (const error of [null, undefined, 7, true, [], {}, ['23', 5], { code: '23', message: 5 }]) {
    assert.deepEqual([errorCodeOf(error), errorTextOf(error)], [undefined, ''], JSON.stringify(error));
  }
});

test('a call is one with an id or without, and its parameters are found by its method', () => {
  const lines = [
    '{"id":null,"method":"mining.notify","params":["a"]}',
    '{"method":"mining.notify","params":["b"]}',
    '{"id":1,"result":true,"error":null}',
    '{"id":2,"method":"mining.set_target","params":["c"]}',
    'junk',
  ].map(received);
  assert.deepEqual(
    lines.map(({ message }) => noticeIn(message)?.method),
    ['mining.notify', 'mining.notify', undefined, 'mining.set_target', undefined],
  );
  assert.deepEqual(paramsOf(lines, 'mining.notify'), [['a'], ['b']]);
  assert.deepEqual(paramsOf(lines, 'mining.submit'), []);
});

test('small members count for the memory that a message takes, not only its text', () => {
  const small = Buffer.from(`[${'0,'.repeat(500)}0]`);
  const long = Buffer.from(`["${'x'.repeat(1_000)}"]`);
  assert.ok(memoryOf(small) > 20 * memoryOf(long));
  assert.ok(memoryOf(long) >= long.length);
});

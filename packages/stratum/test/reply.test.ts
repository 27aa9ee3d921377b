import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  errorLine,
  notificationLine,
  parseMessage,
  quoted,
  REJECTS,
  reconnectLine,
  rejectText,
  requestLine,
  resultLine,
  showMessageLine,
} from '../src/index.ts';
import { bytesOf } from './support.ts';

test('lines have the members that old miners look for, in one spelling', () => {
  assert.equal(resultLine('7', true), '{"id":7,"result":true,"error":null}\n');
  assert.equal(
    errorLine('"a"', 21, 'Job not found', null),
    '{"id":"a","result":null,"error":[21,"Job not found",null]}\n',
  );
  assert.equal(errorLine('null', -1, 'x', false), '{"id":null,"result":false,"error":[-1,"x",null]}\n');
  assert.equal(requestLine(1, 'm', ['a', 1]), '{"id":1,"method":"m","params":["a",1]}\n');
  assert.equal(notificationLine('m', []), '{"id":null,"method":"m","params":[]}\n');
});

test('reconnect carries nothing, or host, port and wait, with the port as the miner wants it', () => {
  assert.equal(reconnectLine(), '{"id":null,"method":"client.reconnect","params":[]}\n');
  assert.deepEqual(JSON.parse(reconnectLine({ host: 'h', port: 3333, waitSeconds: 5 })).params, [
    'h',
    3333,
    5,
  ]);
  assert.deepEqual(JSON.parse(reconnectLine({ host: 'h', port: '3333', waitSeconds: 0 })).params, [
    'h',
    '3333',
    0,
  ]);
  assert.deepEqual(JSON.parse(showMessageLine('a "b"\n')), {
    id: null,
    method: 'client.show_message',
    params: ['a "b"\n'],
  });
});

test('any value in a line stays on one line and is read back unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (method, text) => {
      const raw = requestLine('id', method, [text]);
      assert.equal(raw.indexOf('\n'), raw.length - 1);
      const message = parseMessage(bytesOf(raw.trimEnd()));
      assert.deepEqual(message, { kind: 'request', id: '"id"', method, params: [text] });
    }),
  );
});

test('text from the wire is shown as short printable ASCII in quotes', () => {
  assert.equal(quoted('mining.foo'), '"mining.foo"');
  assert.equal(quoted('a"b\n\u001b[31m\u202e\ud83d\ude00'), '"a\\"b\\n\\u001b[31m\\u202e\\ud83d\\ude00"');
  assert.equal(quoted('\u007f\u0080'), '"\\u007f\\u0080"');
  assert.equal(quoted('x'.repeat(100)), `"${'x'.repeat(48)}..."`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      assert.match(quoted(text), /^[\x20-\x7e]{2,320}$/);
    }),
  );
});

test('the codes are those of the protocol, and a detail follows the reason', () => {
  const codes = Object.values(REJECTS).map(({ code }) => code);
  assert.deepEqual([...new Set(codes)].sort(), [20, 21, 22, 23, 24, 25]);
  const code = (reason: keyof typeof REJECTS) => REJECTS[reason].code;
  assert.deepEqual(
    [
      code('job_not_found'),
      code('stale_job'),
      code('duplicate_share'),
      code('low_difficulty'),
      code('unauthorized'),
      code('not_subscribed'),
    ],
    [21, 21, 22, 23, 24, 25],
  );
  assert.equal(rejectText('bad_time'), 'Time out of range');
  assert.equal(rejectText('bad_time', 'it is early'), 'Time out of range: it is early');
});

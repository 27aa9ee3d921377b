import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersToWrongKinds, functionsOf, type RightCall } from '@adit/test-kit/wrong-kinds';
import * as room from '../src/index.ts';

const CALLS: Readonly<Record<string, RightCall>> = {
  parseListenAddress: [room.parseListenAddress, '127.0.0.1:1'],
  placeOf: [room.placeOf, 'h', 1],
  requireLoopback: [
    (host: string) => room.requireLoopback(host, { allowed: false, option: '--x' }),
    '127.0.0.1',
  ],
  memoryOf: [room.memoryOf, Uint8Array.of(1)],
  jsonPlaces: [room.jsonPlaces, '[]'],
  replaceParts: [room.replaceParts, 'text', []],
  printable: [(text: string) => room.printable(text), 'text'],
  withPassword: [room.withPassword, Uint8Array.of(1), 'x'],
};
/** They take whatever a pool or a miner sends, or open sockets, which their own tests do. */
const OTHERS = [
  ...[
    'afterAwake',
    'beginsWithHost',
    'errorCodeOf',
    'errorTextOf',
    'isLoopback',
    'listen',
    'noticeIn',
    'opened',
  ],
  ...['paramsOf', 'portOf', 'requireOwnPool', 'shown', 'speaksNoTls', 'stopListening'],
];

test('an argument of another kind is an error in each function', () => {
  assert.deepEqual(answersToWrongKinds(CALLS), []);
});

test('no function of the room is missing here', () => {
  assert.deepEqual(functionsOf(room).sort(), [...Object.keys(CALLS), ...OTHERS].sort());
});

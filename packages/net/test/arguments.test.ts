import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersToWrongKinds, functionsOf, type RightCall } from '@adit/test-kit/wrong-kinds';
import * as room from '../src/index.ts';

const CALLS: Readonly<Record<string, RightCall>> = {
  banSubjectOf: [room.banSubjectOf, '10.0.0.1'],
  fairGroupOf: [room.fairGroupOf, '10.0.0.1'],
  networksOf: [room.networksOf, '10.0.0.1'],
  normalAddress: [room.normalAddress, '10.0.0.1'],
  parsePoolUrl: [room.parsePoolUrl, 'stratum+tcp://127.0.0.1:1'],
  parseStratumUrl: [room.parseStratumUrl, 'stratum+tcp://a@127.0.0.1:1'],
};
/** They take objects, open sockets or read certificates, which their own tests do. */
const OTHERS = ['certificateFault', 'certificateLife', 'dial', 'listenerTurns'];

test('an argument of another kind is an error in each function', () => {
  assert.deepEqual(answersToWrongKinds(CALLS), []);
});

test('no function of the room is missing here', () => {
  assert.deepEqual(functionsOf(room).sort(), [...Object.keys(CALLS), ...OTHERS].sort());
});

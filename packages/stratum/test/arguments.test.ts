import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answersToWrongKinds, functionsOf, type RightCall } from '@adit/test-kit/wrong-kinds';
import * as room from '../src/index.ts';
import { FIELDS, HARD } from './support.ts';

const DIGITS = '0'.repeat(64);
const REJECT: room.RejectReason = 'stale_job';
const CALLS: Readonly<Record<string, RightCall>> = {
  reconnectLine: [
    (host: string, waitSeconds: number) => room.reconnectLine({ host, port: 1, waitSeconds }),
    'h',
    5,
  ],
  showMessageLine: [room.showMessageLine, 'text'],
  jobIdOf: [room.jobIdOf, 7],
  checkLineLimit: [room.checkLineLimit, 100],
  errorLine: [
    (id: string, code: number, text: string) => room.errorLine(id, code, text, null),
    '1',
    20,
    'text',
  ],
  notificationLine: [room.notificationLine, 'method', []],
  requestLine: [(method: string, params: unknown[]) => room.requestLine(1, method, params), 'method', []],
  resultLine: [(id: string) => room.resultLine(id, null), '1'],
  quoted: [room.quoted, 'text'],
  parsePassword: [room.parsePassword, 'x,d=5'],
  easierOf: [room.easierOf, 5n, 6n],
  rejectText: [room.rejectText, REJECT],
  trueJobId: [room.trueJobId, 7, 1],
  seedsResult: [room.seedsResult, new Uint8Array(163_840), new Uint8Array(32)],
  setDifficultyLine: [room.setDifficultyLine, 100n],
  trueNotifyLine: [room.trueNotifyLine, 'id', DIGITS, DIGITS, true],
  firstNonceOf: [room.firstNonceOf, Uint8Array.of(1)],
  hasPrefix: [room.hasPrefix, 5n, Uint8Array.of(1)],
  nonceReadings: [room.nonceReadings, 5n, Uint8Array.of(1)],
  weightOnGrid: [room.weightOnGrid, 100],
  setExtranonceLine: [room.setExtranonceLine, Uint8Array.of(1)],
  setTargetLine: [room.setTargetLine, 100n],
  zcashJob: [(sequence: number) => room.zcashJob(sequence, FIELDS, { networkTarget: HARD }), 1],
  zcashNotifyLine: [(id: string) => room.zcashNotifyLine(id, FIELDS, true), 'id'],
  shareTargetOf: [room.shareTargetOf, 100n, 100n],
};
/** They take whatever comes from outside, and answer undefined, false or a fault to what they do not know. */
const TAKE_ALL: Readonly<Record<string, readonly [(value: never) => unknown, ...answers: unknown[]]>> = {
  isDialect: [room.isDialect, false],
  jobSequenceOf: [room.jobSequenceOf, undefined],
  parseTrueJobId: [room.parseTrueJobId, undefined],
  parseWorkerName: [room.parseWorkerName, undefined],
};
/** Their arguments are objects that other functions of the room make, or answers for people. */
const OTHERS = [
  ...['kindOf', 'parseMessage', 'parseNonce', 'portAuthorizer', 'sharePrice', 'withoutAlias'],
  'workerNameFault',
];

test('an argument of another kind is an error in each function, not another line', () => {
  assert.deepEqual(answersToWrongKinds(CALLS), []);
});

test('functions for what comes from outside take every kind', () => {
  for (const [name, [use, answer]] of Object.entries(TAKE_ALL))
    for (const value of [null, undefined, 5, {}, [], 5n]) assert.equal(use(value as never), answer, name);
});

test('no function of the room is missing here', () => {
  const known = [...Object.keys(CALLS), ...Object.keys(TAKE_ALL), ...OTHERS];
  assert.deepEqual(functionsOf(room).sort(), known.sort());
});

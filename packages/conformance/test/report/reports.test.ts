import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exitStatus,
  type Finding,
  findingText,
  jsonReport,
  junitReport,
  type Outcome,
  summaryText,
} from '../../src/index.ts';

function finding(outcome: Outcome, changes: Partial<Finding> = {}): Finding {
  return {
    id: `check-${outcome}`,
    title: 'a title',
    group: 'attack',
    rules: ['ZIP 301, mining.submit()', 'attack T02'],
    sent: 'a share',
    expected: 'an error',
    outcome,
    came: 'accepted',
    milliseconds: 1_500,
    wire: [{ connection: 2, from: 'peer', at: 12, text: '{"id":4,"result":true,"error":null}' }],
    ...changes,
  };
}

const HEAD = { kind: 'pool', target: '127.0.0.1:3333', dialect: 'zcash', startedAt: 0 } as const;
const ALL: readonly Finding[] = [
  finding('pass'),
  finding('fail'),
  finding('not_applicable'),
  finding('cannot_tell'),
];

test('a finding says what was sent, expected and came, and by which rule', () => {
  const text = findingText(finding('pass'));
  for (const part of [
    'pass',
    'check-pass: a title',
    'sent      a share',
    'expected  an error',
    'came      accepted',
    'by        ZIP 301, mining.submit(); attack T02',
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes('"result"'), 'the wire is shown where something failed');
});

test('a failure shows the wire, with the connection and the time', () => {
  assert.match(findingText(finding('fail')), /12 ms {2}2 < \{"id":4,"result":true,"error":null\}/);
});

test('the summary counts every outcome and names what failed', () => {
  assert.equal(
    summaryText(ALL),
    '1 pass, 1 FAIL, 1 not applicable, 1 cannot tell, in 6.0 s\nfailed: check-fail\n',
  );
  assert.equal(summaryText([finding('pass')]), '1 pass, 0 FAIL, 0 not applicable, 0 cannot tell, in 1.5 s\n');
});

test('the exit status is 1 where something failed, 0 where something passed, 3 where the probe could not tell anything', () => {
  assert.equal(exitStatus(ALL), 1);
  assert.equal(exitStatus([finding('pass'), finding('cannot_tell')]), 0);
  assert.equal(exitStatus([finding('cannot_tell'), finding('not_applicable')]), 3);
  assert.equal(exitStatus([]), 3);
});

test('the JSON report holds everything, under a version', () => {
  const report = JSON.parse(jsonReport(HEAD, ALL)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(report), [
    'report',
    'version',
    'kind',
    'target',
    'dialect',
    'startedAt',
    'summary',
    'findings',
  ]);
  assert.equal(report['startedAt'], '1970-01-01T00:00:00.000Z');
  assert.deepEqual(report['summary'], {
    pass: 1,
    fail: 1,
    not_applicable: 1,
    cannot_tell: 1,
    milliseconds: 6_000,
  });
  assert.deepEqual(report['findings'], ALL);
});

test('the JUnit report counts failures and skips, and escapes what a pool says', () => {
  const hostile = finding('fail', { came: '<b>"&\u0007\ud800</b>' });
  const report = junitReport(HEAD, [...ALL, hostile]);
  assert.match(
    report,
    /<testsuite name="adit probe pool 127\.0\.0\.1:3333" tests="5" failures="2" skipped="2"/,
  );
  assert.ok(report.includes('<failure message="&lt;b&gt;&quot;&amp;?\ufffd&lt;/b&gt;">'));
  assert.equal(report.match(/<testcase /g)?.length, 5);
  assert.equal(report.match(/<skipped message="accepted"\/>/g)?.length, 2);
  assert.ok(report.includes('classname="zcash.attack"'));
  assert.ok(!/[^\t\n\r\u0020-\uffff]/.test(report), 'no control characters');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RejectReason } from '../src/index.ts';
import {
  EASY,
  hex,
  line,
  messages,
  NONCE2,
  ofKind,
  one,
  only,
  readyZcash,
  zcashJob,
  zcashServer,
  zcashSubmit,
} from './support.ts';

/** Submissions that the session refuses before any check of a share: code and message. */
function refused(
  more: Record<number, unknown>,
  options: Parameters<typeof readyZcash>[0] = {},
): [number, string, RejectReason] {
  const effects = readyZcash(options).line(zcashSubmit(4, more), 0);
  assert.equal(ofKind(effects, 'submit').length, 0, JSON.stringify(more));
  const answer = only(effects) as { id: number; result: null; error: [number, string, null] };
  assert.deepEqual([answer.id, answer.result, answer.error.length, answer.error[2]], [4, null, 3, null]);
  return [answer.error[0], answer.error[1], one(effects, 'refused').reason];
}

test('a submission is decoded to bytes and waits for its verdict', () => {
  const session = readyZcash();
  const effects = session.line(zcashSubmit(4), 0);
  assert.deepEqual(messages(effects), []);
  assert.deepEqual(one(effects, 'submit').submission, {
    worker: 'w.1',
    jobSequence: 1,
    time: 0x5c8bb947,
    nonce: hex(`a1b2c3d4${NONCE2}`),
    solution: hex('01020304'),
    target: EASY,
  });
  assert.equal(session.pending, 1);
});

test('the verdict becomes the answer, once', () => {
  const session = readyZcash();
  const { token } = one(session.line(zcashSubmit('a'), 0), 'submit');
  assert.deepEqual(only(session.verdict(token, { accepted: true, weight: 2n }, 1)), {
    id: 'a',
    result: true,
    error: null,
  });
  assert.deepEqual(session.verdict(token, { accepted: true, weight: 2n }, 1), []);
  assert.deepEqual(session.verdict(99, { accepted: true, weight: 2n }, 1), []);
  assert.equal(session.pending, 0);
});

test('a refusal carries its code and the rule', () => {
  for (const [reason, code] of [
    ['job_not_found', 21],
    ['stale_job', 21],
    ['duplicate_share', 22],
    ['low_difficulty', 23],
    ['invalid_solution', 20],
    ['bad_time', 20],
    ['not_recorded', 20],
    ['overloaded', 20],
  ] as const) {
    const session = readyZcash();
    const { token } = one(session.line(zcashSubmit(4), 0), 'submit');
    const answer = only(session.verdict(token, { accepted: false, reason, detail: 'why' }, 0)) as {
      error: unknown[];
    };
    assert.equal(answer.error[0], code, reason);
    assert.match(String(answer.error[1]), /: why$/);
  }
});

test('answers leave in the order of the submissions, refused ones among them', () => {
  const session = readyZcash();
  const first = one(session.line(zcashSubmit(10), 0), 'submit').token;
  const second = one(session.line(zcashSubmit(11), 0), 'submit').token;
  assert.deepEqual(messages(session.line(zcashSubmit(12, { 1: 'ffffffff' }), 0)), []);
  assert.deepEqual(session.verdict(second, { accepted: true, weight: 1n }, 0), []);
  const ids = messages(session.verdict(first, { accepted: false, reason: 'low_difficulty' }, 0)).map(
    (message) => (message as { id: number }).id,
  );
  assert.deepEqual(ids, [10, 11, 12]);
});

test('a submission without an id gets no answer and holds nothing up', () => {
  const session = readyZcash();
  const params = JSON.parse(Buffer.from(zcashSubmit(0)).toString()).params as unknown[];
  const silent = one(session.line(line({ method: 'mining.submit', params }), 0), 'submit').token;
  const loud = one(session.line(zcashSubmit(5), 0), 'submit').token;
  assert.deepEqual(session.verdict(loud, { accepted: true, weight: 1n }, 0), []);
  assert.deepEqual(only(session.verdict(silent, { accepted: true, weight: 1n }, 0)), {
    id: 5,
    result: true,
    error: null,
  });
});

test('upper-case hex decodes to the same bytes', () => {
  const lower = one(
    readyZcash().line(zcashSubmit(4, { 3: 'ab'.repeat(28), 4: '04deadbeef' }), 0),
    'submit',
  ).submission;
  const upper = one(
    readyZcash().line(zcashSubmit(4, { 2: '47B98B5C', 3: 'aB'.repeat(28), 4: '04DEADBEEF' }), 0),
    'submit',
  ).submission;
  assert.deepEqual(upper, lower);
});

test('hex has one length and no decoration', () => {
  for (const time of [
    '0x47b98b5c',
    '47b98b5',
    '47b98b5c00',
    ' 7b98b5c',
    '47b98b5g',
    '',
    0x5c8bb947,
    null,
    -1,
    [],
    '\uff14\uff177b98b5c',
  ]) {
    assert.deepEqual(
      refused({ 2: time }),
      [20, 'Time out of range: time must be 8 hex digits', 'bad_time'],
      String(time),
    );
  }
  for (const nonce2 of [
    `0x${NONCE2.slice(2)}`,
    NONCE2.slice(1),
    NONCE2.slice(2),
    `${NONCE2}00`,
    ` ${NONCE2.slice(1)}`,
    `${NONCE2.slice(1)}O`,
    '',
    7,
    null,
    {},
  ]) {
    assert.deepEqual(
      refused({ 3: nonce2 }),
      [20, 'Bad nonce: nonce2 must be 56 hex digits', 'bad_nonce'],
      String(nonce2),
    );
  }
  for (const solution of ['0x04010203', '0401020', '04 1020304', '040102030g', 5, null, ['0401020304']]) {
    const [code, message, reason] = refused({ 4: solution });
    assert.deepEqual([code, reason], [20, 'bad_solution_encoding']);
    assert.match(message, /^Bad solution encoding: the solution must be 10 hex digits/);
  }
});

test('one solution has one encoding: prefix and length are canonical', () => {
  assert.deepEqual(refused({ 4: '0501020304' })[1], 'Bad solution encoding: the solution must begin with 04');
  assert.deepEqual(
    refused({ 4: '01020304' })[1],
    'Bad solution encoding: the solution must be 10 hex digits, these are 8',
  );
  assert.deepEqual(
    refused({ 4: '040102030400' })[1],
    'Bad solution encoding: the solution must be 10 hex digits, these are 12',
  );
  // The length of a 200,9 solution in all other forms, also those that a lenient reader would take.
  const options = { solutionPrefix: hex('fd4005'), solutionBytes: 1344 };
  const body = '5a'.repeat(1344);
  const session = readyZcash(options);
  assert.equal(
    one(session.line(zcashSubmit(4, { 4: `FD4005${body}` }), 0), 'submit').submission.solution.length,
    1344,
  );
  for (const prefix of ['fd0540', 'fd4105', 'fd4006', '000000', 'fe4005', 'fc4005', 'ffffff']) {
    const [, message, reason] = refused({ 4: prefix + body }, options);
    assert.deepEqual(
      [message, reason],
      ['Bad solution encoding: the solution must begin with fd4005', 'bad_solution_encoding'],
    );
  }
  assert.equal(refused({ 4: `fe40050000${body}` }, options)[2], 'bad_solution_encoding');
});

test('any change of one solution digit is another solution or refused, never the same bytes', () => {
  const good = hex('01020304');
  fc.assert(
    fc.property(
      fc.nat({ max: 9 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      (at, char) => {
        const text = '0401020304';
        const changed = text.slice(0, at) + char + text.slice(at + 1);
        const effects = readyZcash().line(zcashSubmit(4, { 4: changed }), 0);
        const [submit] = ofKind(effects, 'submit');
        const same = changed.toLowerCase() === text;
        assert.equal(submit !== undefined && Buffer.compare(submit.submission.solution, good) === 0, same);
      },
    ),
    { numRuns: 500 },
  );
});

test('a full nonce is taken only with the own nonce1', () => {
  const session = readyZcash();
  const own = `a1B2c3d4${NONCE2}`;
  assert.deepEqual(one(session.line(zcashSubmit(4, { 3: own }), 0), 'submit').submission.nonce, hex(own));
  for (const other of [`a1b2c3d5${NONCE2}`, '00'.repeat(32), `${NONCE2}a1b2c3d4`]) {
    assert.deepEqual(refused({ 3: other })[2], 'wrong_nonce1');
  }
});

test('with the trailing layout nonce1 stands behind nonce2', () => {
  const session = readyZcash({ nonceLayout: 'trailing' });
  assert.deepEqual(one(session.line(zcashSubmit(4), 0), 'submit').submission.nonce, hex(`${NONCE2}a1b2c3d4`));
  const own = `${NONCE2}a1b2c3d4`;
  assert.deepEqual(one(session.line(zcashSubmit(5, { 3: own }), 0), 'submit').submission.nonce, hex(own));
  assert.equal(refused({ 3: `a1b2c3d4${NONCE2}` }, { nonceLayout: 'trailing' })[2], 'wrong_nonce1');
});

test('a job id is eight lower-case digits of a job that was sent to this connection', () => {
  for (const id of [
    '00000002',
    'ffffffff',
    '00000000',
    '0000000A',
    '1',
    '',
    '000000001',
    '0x000001',
    '__proto__',
    'constructor',
    'toString',
    ' 0000001',
    '0000001\n',
    'x'.repeat(5000),
  ]) {
    assert.deepEqual(refused({ 1: id }), [21, 'Job not found', 'job_not_found'], id);
  }
  for (const id of [1, null, undefined, ['00000001'], {}, true]) {
    assert.deepEqual(refused({ 1: id }), [21, 'Job not found: the job id must be a string', 'job_not_found']);
  }
});

test('a job from before this connection, or from after its last one, is unknown', () => {
  const session = zcashServer();
  for (const message of [
    { id: 1, method: 'mining.subscribe', params: [] },
    { id: 2, method: 'mining.authorize', params: ['w.1'] },
  ]) {
    session.line(line(message), 0);
  }
  session.job(zcashJob(0xab), true);
  assert.equal(
    one(session.line(zcashSubmit(4, { 1: '000000ab' }), 0), 'submit').submission.jobSequence,
    0xab,
  );
  for (const id of ['000000aa', '000000AB', '000000ac', '00000001']) {
    assert.equal(one(session.line(zcashSubmit(4, { 1: id }), 0), 'refused').reason, 'job_not_found', id);
  }
});

test('at 64 submissions without a verdict no more lines are asked for, until half of them have theirs', () => {
  const session = readyZcash();
  const tokens: number[] = [];
  for (let i = 0; i < 64; i += 1) {
    const effects = session.line(zcashSubmit(i), 0);
    tokens.push(one(effects, 'submit').token);
    assert.equal(ofKind(effects, 'hold').length, i === 63 ? 1 : 0, String(i));
  }
  // The session still takes lines that were read before, also from callers that do not stop reading.
  const late = session.line(zcashSubmit(64), 0);
  tokens.push(one(late, 'submit').token);
  assert.deepEqual([ofKind(late, 'hold'), ofKind(late, 'refused')], [[], []]);
  for (const [i, token] of tokens.entries()) {
    const effects = session.verdict(token, { accepted: true, weight: 1n }, 0);
    assert.deepEqual(messages(effects), [{ id: i, result: true, error: null }]);
    assert.equal(ofKind(effects, 'go_on').length, i === 32 ? 1 : 0, String(i));
  }
});

test('a flood of refused submissions behind one that waits ends the connection', () => {
  const session = readyZcash();
  one(session.line(zcashSubmit(0), 0), 'submit');
  for (let i = 1; i < 1024; i += 1)
    assert.equal(ofKind(session.line(zcashSubmit(i, { 1: '' }), 0), 'close').length, 0);
  const effects = session.line(zcashSubmit(1024, { 1: '' }), 0);
  assert.deepEqual(one(effects, 'close'), {
    kind: 'close',
    cause: 'unanswered',
    detail: '1024 submissions wait for their answers',
  });
  assert.deepEqual(only(effects), {
    id: 1024,
    result: null,
    error: [20, 'Too many submissions are waiting, try again: this connection is closed', null],
  });
});

test('a submission names its worker as it was authorised', () => {
  assert.deepEqual(refused({ 0: 'W.1' }), [24, 'Unauthorized worker: "W.1"', 'unauthorized']);
  assert.deepEqual(refused({ 0: '__proto__' }), [24, 'Unauthorized worker: "__proto__"', 'unauthorized']);
  assert.deepEqual(refused({ 0: 'a\u001b[2J' }), [24, 'Unauthorized worker: "a\\u001b[2J"', 'unauthorized']);
  for (const worker of [null, 1, ['w.1'], {}]) {
    assert.deepEqual(refused({ 0: worker }), [
      20,
      'Bad parameters: params[0] must be the worker name',
      'bad_params',
    ]);
  }
});

test('params after the fifth are ignored', () => {
  assert.equal(ofKind(readyZcash().line(zcashSubmit(4, { 5: 'extra', 6: null }), 0), 'submit').length, 1);
});

test('a submission with fewer than five params gets an error that names them', () => {
  const session = readyZcash();
  for (const params of [['w.1'], ['w.1', '00000001', '47b98b5c', NONCE2]]) {
    const effects = session.line(line({ id: 4, method: 'mining.submit', params }), 0);
    assert.deepEqual(only(effects), {
      id: 4,
      result: null,
      error: [20, 'Bad parameters: submit takes worker, job id, time, nonce2 and solution', null],
    });
    assert.equal(one(effects, 'refused').reason, 'bad_params');
  }
});

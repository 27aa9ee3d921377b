import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerSession } from '../src/index.ts';
import {
  bytesOf,
  line,
  messages,
  ofKind,
  one,
  only,
  readyTrue,
  readyZcash,
  trueServer,
  zcashServer,
} from './support.ts';

/** Both dialects, with the result that stands beside an error in each. */
const DIALECTS: readonly [
  string,
  () => ServerSession<unknown>,
  () => ServerSession<unknown>,
  null | false,
][] = [
  ['Zcash', zcashServer, readyZcash, null],
  [
    'Zcash with result false',
    () => zcashServer({ failedResult: false }),
    () => readyZcash({ failedResult: false }),
    false,
  ],
  ['TrueStratum', trueServer, readyTrue, false],
];

for (const [dialect, fresh, ready, failed] of DIALECTS) {
  const error = (id: unknown, code: number, message: string) => ({
    id,
    result: failed,
    error: [code, message, null],
  });

  test(`${dialect}: every line that is not a message gets an error, and the session goes on`, () => {
    const session = ready();
    for (const [text, id, message] of [
      ['{', null, 'the line is not valid JSON'],
      ['\u0000', null, 'the line is not valid JSON'],
      ['[]', null, 'batches are not supported: send one object a line'],
      [
        '[{"id":1,"method":"mining.submit","params":[]}]',
        null,
        'batches are not supported: send one object a line',
      ],
      ['7', null, 'the line must hold one JSON object'],
      ['{}', null, 'method must be a string'],
      ['{"id":{},"method":"mining.submit"}', null, 'id must be a string, a number or null'],
      ['{"id":9,"method":5}', 9, 'method must be a string'],
      ['{"id":9,"method":"mining.submit","params":{"0":"w.1"}}', 9, 'params must be an array'],
      [
        `{"id":9,"method":"x","params":${'['.repeat(7000)}${']'.repeat(7000)}}`,
        9,
        'a line of more than 512 bytes holds no more than 128 values',
      ],
      [
        `{"id":9,"method":"x","params":${'['.repeat(100)}${']'.repeat(100)}}`,
        9,
        'the message is nested more than 9 levels deep',
      ],
      [
        `{"id":1e999,"method":"x","params":${'['.repeat(100)}${']'.repeat(100)}}`,
        null,
        'the message is nested more than 9 levels deep',
      ],
    ] as const) {
      const effects = session.line(bytesOf(text), 0);
      assert.deepEqual(only(effects), error(id, 20, `Malformed message: ${message}`), text.slice(0, 60));
      assert.deepEqual(one(effects, 'refused'), {
        kind: 'refused',
        reason: 'malformed',
        detail: message,
        submission: false,
      });
    }
    assert.equal(
      ofKind(session.line(Uint8Array.of(0xff), 0), 'refused')[0]?.detail,
      'the line is not valid UTF-8',
    );
    assert.deepEqual(only(session.line(line({ id: 3, method: 'mining.authorize', params: ['w.2'] }), 0)), {
      id: 3,
      result: true,
      error: null,
    });
  });

  test(`${dialect}: an unknown method gets error 20 with its name in safe characters`, () => {
    const session = ready();
    for (const [method, shown] of [
      ['mining.foo', '"mining.foo"'],
      ['', '""'],
      ['__proto__', '"__proto__"'],
      ['constructor', '"constructor"'],
      ['Mining.Submit', '"Mining.Submit"'],
      ['etrue_submitLogin', '"etrue_submitLogin"'],
      ['a"\n\u001b[2J\u202e\ud800', '"a\\"\\n\\u001b[2J\\u202e\\ud800"'],
      ['x'.repeat(9000), `"${'x'.repeat(48)}..."`],
    ] as const) {
      const effects = session.line(line({ id: 'u', method, params: [] }), 0);
      assert.deepEqual(only(effects), error('u', 20, `Unknown method: ${shown}`));
      assert.equal(one(effects, 'refused').reason, 'unknown_method');
    }
  });

  test(`${dialect}: a notification gets no answer, whatever it says`, () => {
    const session = ready();
    for (const method of [
      'mining.subscribe',
      'mining.authorize',
      'mining.submit',
      'mining.seedhash',
      'mining.foo',
      'mining.suggest_target',
    ]) {
      assert.deepEqual(messages(session.line(line({ method, params: [] }), 0)), [], method);
    }
  });

  test(`${dialect}: ids come back as they came, on answers of every kind`, () => {
    for (const id of ['1', '"x"', 'null', '12345678901234567890', '1.5', '"\\ud800"', '1e999']) {
      const session = ready();
      for (const request of [
        `{"id":${id},"method":"mining.subscribe"}`,
        `{"id":${id},"method":"mining.authorize","params":["w.1"]}`,
        `{"id":${id},"method":"mining.submit","params":null}`,
        `{"id":${id},"method":"nothing"}`,
        `{"id":${id},"method":7}`,
      ]) {
        const [effect] = ofKind(session.line(bytesOf(request), 0), 'send');
        assert.ok(typeof effect?.data === 'string');
        assert.ok(effect.data.startsWith(`{"id":${id},"result":`), `${request} -> ${effect.data}`);
      }
    }
  });

  test(`${dialect}: submitting before subscribing is 25, before authorising 24`, () => {
    const session = fresh();
    const submit = line({
      id: 4,
      method: 'mining.submit',
      params: ['w.1', '00000001', '00000000', '00', '00'],
    });
    assert.deepEqual(only(session.line(submit, 0)), error(4, 25, 'Not subscribed'));
    session.line(line({ id: 1, method: 'mining.subscribe' }), 0);
    assert.deepEqual(only(session.line(submit, 0)), error(4, 24, 'Unauthorized worker: "w.1"'));
    session.line(line({ id: 2, method: 'mining.authorize', params: ['w.2', ''] }), 0);
    const effects = session.line(submit, 0);
    assert.deepEqual(only(effects), error(4, 24, 'Unauthorized worker: "w.1"'));
    assert.deepEqual(one(effects, 'refused'), {
      kind: 'refused',
      reason: 'unauthorized',
      detail: '"w.1"',
      submission: true,
    });
  });

  test(`${dialect}: a worker with an invalid name, or that the port refuses, gets error 24 and the reason`, () => {
    const session = fresh();
    const most = dialect === 'TrueStratum' ? 128 : 320;
    for (const params of [[], [null], [5, 'x'], [''], ['x'.repeat(most + 1)], ['a\u0000'], [['w.1']]]) {
      const effects = session.line(line({ id: 2, method: 'mining.authorize', params }), 0);
      assert.deepEqual(
        only(effects),
        error(2, 24, `Unauthorized worker: the worker name must be 1 to ${most} printable ASCII characters`),
      );
    }
    assert.equal(session.workers.size, 0);
  });

  test(`${dialect}: submit with missing or wrong params is an error, never an exception`, () => {
    const session = ready();
    const worker = dialect === 'TrueStratum' ? 'miner1' : 'w.1';
    for (const params of [
      null,
      [],
      [null],
      [1],
      [worker],
      [worker, '00000001'],
      [worker, null, null, null, null],
      [worker, {}, [], 5, true],
    ]) {
      const effects = session.line(line({ id: 6, method: 'mining.submit', params }), 0);
      const [answer] = messages(effects) as [{ id: unknown; result: unknown; error: [number, string, null] }];
      assert.deepEqual(
        [answer.id, answer.result, answer.error.length, answer.error[2]],
        [6, failed, 3, null],
      );
      assert.ok([20, 21, -1].includes(answer.error[0]));
      assert.equal(ofKind(effects, 'submit').length, 0);
    }
  });

  test(`${dialect}: several workers share a connection, up to a bound`, () => {
    const session = ready();
    for (let i = 1; i < 256; i += 1) {
      assert.deepEqual(
        only(session.line(line({ id: i, method: 'mining.authorize', params: [`rig.${i}`] }), 0)),
        { id: i, result: true, error: null },
      );
    }
    assert.equal(session.workers.size, 256);
    const refused = only(session.line(line({ id: 9, method: 'mining.authorize', params: ['rig.256'] }), 0));
    assert.deepEqual(
      refused,
      error(9, 24, 'Unauthorized worker: no more than 256 workers fit one connection'),
    );
    // A worker that is authorised already may authorise again.
    assert.deepEqual(only(session.line(line({ id: 9, method: 'mining.authorize', params: ['rig.7'] }), 0)), {
      id: 9,
      result: true,
      error: null,
    });
  });

  test(`${dialect}: an answer from the miner without a request gives an effect, and gets no answer`, () => {
    const session = ready();
    for (const answer of [
      '{"id":1,"result":true}',
      '{"result":null}',
      '{"id":"version","error":null,"result":"cpuminer/0.1.0"}',
      '{"error":[1]}',
    ]) {
      assert.deepEqual(session.line(bytesOf(answer), 0), [{ kind: 'unasked' }]);
    }
  });

  test(`${dialect}: subscribing twice repeats the answer and nothing else`, () => {
    const session = fresh();
    const subscribe = line({ id: 1, method: 'mining.subscribe', params: ['agent/1'] });
    const first = session.line(subscribe, 0);
    const second = session.line(subscribe, 0);
    assert.deepEqual(messages(second), messages(first));
    assert.equal(ofKind(first, 'subscribed').length, 1);
    assert.equal(ofKind(second, 'subscribed').length, 0);
  });
}

test('the port sees the password (an empty one if it is not text), and the miner gets its refusal', () => {
  const heard: [string, string][] = [];
  const session = zcashServer({
    authorize: (worker, password) => {
      heard.push([worker.full, password]);
      return password === 'x' || 'wrong password';
    },
  });
  const authorize = (params: unknown[]) =>
    session.line(line({ id: 2, method: 'mining.authorize', params }), 0);
  for (const params of [['w.1'], ['w.1', null], ['w.1', 5], ['w.1', { x: 1 }]]) {
    assert.deepEqual(only(authorize(params)), {
      id: 2,
      result: null,
      error: [24, 'Unauthorized worker: wrong password', null],
    });
  }
  assert.deepEqual(one(authorize(['w.1', 'x']), 'authorized').worker, {
    full: 'w.1',
    account: 'w',
    rig: '1',
  });
  assert.deepEqual(heard, [...Array(4).fill(['w.1', '']), ['w.1', 'x']]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Message, parseMessage, resultLine } from '../src/index.ts';
import { bytesOf, line } from './support.ts';

function fault(text: string | Uint8Array): Extract<Message, { kind: 'fault' }> {
  const message = parseMessage(typeof text === 'string' ? bytesOf(text) : text);
  assert.equal(message.kind, 'fault', JSON.stringify(message));
  return message as Extract<Message, { kind: 'fault' }>;
}

const TOO_MANY = 'a line of more than 512 bytes holds no more than 128 values';

/** The id of a request as it is echoed. */
function echoed(id: string): string {
  const message = parseMessage(bytesOf(`{"id":${id},"method":"m","params":[]}`));
  assert.equal(message.kind, 'request', id);
  return message.kind === 'request' ? message.id : '';
}

test('a request has an id, a notification has none, a response has no method', () => {
  assert.deepEqual(parseMessage(line({ id: 1, method: 'm', params: ['a', 2] })), {
    kind: 'request',
    id: '1',
    method: 'm',
    params: ['a', 2],
  });
  assert.deepEqual(parseMessage(line({ method: 'm', params: [] })), {
    kind: 'notification',
    method: 'm',
    params: [],
  });
  assert.deepEqual(parseMessage(line({ id: 7, result: true, error: null })), {
    kind: 'response',
    id: '7',
    result: true,
    error: null,
  });
  assert.deepEqual(parseMessage(line({ result: true })), {
    kind: 'response',
    id: undefined,
    result: true,
    error: undefined,
  });
  // A message with a method is a request, whatever other members it has.
  assert.deepEqual(parseMessage(line({ id: 8, method: 'm', params: [], result: null, error: null })), {
    kind: 'request',
    id: '8',
    method: 'm',
    params: [],
  });
});

test('ids are echoed as they came', () => {
  for (const id of [
    '0',
    '1',
    '-5',
    '244',
    'null',
    '"abc"',
    '"1"',
    '""',
    '9007199254740991',
    '9007199254740993',
    '12345678901234567890123',
    '-9007199254740993',
    '1.5',
    '1e999',
    '1E+400',
    '0.1',
  ]) {
    assert.equal(echoed(id), id);
  }
});

test('every string id comes back as an equal string, also with lone surrogates and control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (id) => {
      assert.equal(JSON.parse(resultLine(echoed(JSON.stringify(id)), true)).id, id);
    }),
  );
  assert.equal(echoed('"\\ud800"'), '"\\ud800"');
});

test('the id of the message is echoed, not one that lies deeper or came before it', () => {
  const inner = '{"id":99999999999999999999,"method":"m","params":[{"id":11111111111111111111}]}';
  const message = parseMessage(bytesOf(inner));
  assert.equal(message.kind === 'request' && message.id, '99999999999999999999');
  const behind = '{"params":[{"id":11111111111111111111}],"method":"m","id":99999999999999999999}';
  const later = parseMessage(bytesOf(behind));
  assert.equal(later.kind === 'request' && later.id, '99999999999999999999');
  const twice = parseMessage(bytesOf('{"id":1e999,"id":22222222222222222222,"method":"m"}'));
  assert.equal(twice.kind === 'request' && twice.id, '22222222222222222222');
});

test('of duplicate keys the last one counts', () => {
  const message = parseMessage(
    bytesOf('{"id":1,"method":"a","method":"b","params":[1],"params":[2],"id":2}'),
  );
  assert.deepEqual(message, { kind: 'request', id: '2', method: 'b', params: [2] });
});

test('missing and null params count as empty; anything else that is not an array is refused', () => {
  for (const text of ['{"id":1,"method":"m"}', '{"id":1,"method":"m","params":null}']) {
    assert.deepEqual(parseMessage(bytesOf(text)), { kind: 'request', id: '1', method: 'm', params: [] });
  }
  for (const params of ['{}', '{"0":"w","length":5}', '"x"', '1', 'true']) {
    assert.deepEqual(fault(`{"id":8,"method":"m","params":${params}}`), {
      kind: 'fault',
      id: '8',
      fault: 'params must be an array',
    });
  }
});

test('a line that is not one JSON object is refused with a reason', () => {
  for (const [text, reason] of [
    ['', 'the line is not valid JSON'],
    [' ', 'the line is not valid JSON'],
    ['{', 'the line is not valid JSON'],
    ['{"id":1}{"id":2}', 'the line is not valid JSON'],
    ["{'id':1}", 'the line is not valid JSON'],
    ['{"id":1,"method":"m\u0000"}', 'the line is not valid JSON'],
    ['\u0000{"id":1,"method":"m"}', 'the line is not valid JSON'],
    ['{"id":NaN,"method":"m"}', 'the line is not valid JSON'],
    ['GET / HTTP/1.1', 'the line is not valid JSON'],
    ['null', 'the line must hold one JSON object'],
    ['1', 'the line must hold one JSON object'],
    ['"text"', 'the line must hold one JSON object'],
    ['[]', 'batches are not supported: send one object a line'],
    ['[{"id":1,"method":"m"}]', 'batches are not supported: send one object a line'],
  ] as const) {
    assert.deepEqual(fault(text), { kind: 'fault', id: 'null', fault: reason }, JSON.stringify(text));
  }
});

test('bytes that are not UTF-8 are refused', () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf4, 0x90, 0x80, 0x80]]) {
    const text = Uint8Array.from([...bytesOf('{"id":1,"method":"'), ...bytes, ...bytesOf('"}')]);
    assert.equal(fault(text).fault, 'the line is not valid UTF-8');
  }
  assert.equal(fault(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x80)).fault, 'the line is not valid UTF-8');
});

test('a byte-order mark at the front is tolerated, anywhere else it is not', () => {
  assert.equal(parseMessage(bytesOf('\ufeff{"id":1,"method":"m"}')).kind, 'request');
  assert.equal(fault('\ufeff\ufeff{"id":1,"method":"m"}').fault, 'the line is not valid JSON');
  assert.equal(fault('{"id":1,\ufeff"method":"m"}').fault, 'the line is not valid JSON');
});

test('an id of another type is refused without an id', () => {
  for (const id of ['{}', '[]', '[1]', 'true', 'false', '{"a":1}']) {
    assert.deepEqual(fault(`{"id":${id},"method":"m","params":[]}`), {
      kind: 'fault',
      id: 'null',
      fault: 'id must be a string, a number or null',
    });
  }
});

test('a method of another type is refused with the id', () => {
  for (const method of ['null', '1', '[]', '{}', 'true']) {
    assert.deepEqual(fault(`{"id":3,"method":${method}}`), {
      kind: 'fault',
      id: '3',
      fault: 'method must be a string',
    });
  }
  assert.equal(fault('{"id":3}').fault, 'method must be a string');
  assert.equal(fault('{}').fault, 'method must be a string');
});

test('__proto__ and its relatives as keys are keys like any other', () => {
  const text =
    '{"__proto__":{"id":9,"method":"evil","params":["x"]},"constructor":1,"toString":2,"id":1,"method":"m","params":[{"__proto__":{"polluted":true}}]}';
  const message = parseMessage(bytesOf(text));
  assert.ok(message.kind === 'request' && message.id === '1' && message.method === 'm');
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  // Inherited fields do not count.
  assert.equal(fault('{"__proto__":{"id":9,"method":"evil"}}').fault, 'method must be a string');
});

test('nesting is bounded, whichever part of the message is nested', () => {
  const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  assert.equal(parseMessage(bytesOf(`{"id":1,"method":"m","params":${nest(8)}}`)).kind, 'request');
  for (const levels of [9, 50, 80]) {
    assert.deepEqual(fault(`{"id":1,"method":"m","params":${nest(levels)}}`), {
      kind: 'fault',
      id: '1',
      fault: 'the message is nested more than 9 levels deep',
    });
    const objects = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
    assert.match(fault(`{"id":1,"method":"m","other":${objects}}`).fault, /nested/);
    assert.match(fault(`{"id":1,"result":${nest(levels)}}`).fault, /nested/);
  }
  for (const levels of [300, 8_000]) {
    assert.deepEqual(fault(`{"id":1,"method":"m","params":${nest(levels)}}`), {
      kind: 'fault',
      id: '1',
      fault: TOO_MANY,
    });
  }
});

test('the deepest line that a client takes, with an id that must be looked up, does not exhaust the stack', () => {
  for (const [levels, why] of [
    [8_000, TOO_MANY],
    [90, 'the message is nested more than 9 levels deep'],
    [500_000, 'a line of more than 16384 bytes must be a list of texts'],
  ] as const) {
    const text = `{"id":1e999,"result":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    assert.deepEqual(fault(text), { kind: 'fault', id: 'null', fault: why });
  }
});

test('numbers beyond any double in params are values like any other', () => {
  const message = parseMessage(bytesOf('{"id":1,"method":"m","params":[1e999,-1e999,9007199254740993]}'));
  assert.ok(message.kind === 'request');
  assert.deepEqual(message.params, [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 9007199254740992]);
});

test('parsing never throws, whatever the bytes are', () => {
  const jsonish = fc.string({
    unit: fc.constantFrom(...'{}[]",:0123456789.eE+-\\untrfalsidmehopr'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array({ maxLength: 60 }), jsonish.map(bytesOf), fc.json().map(bytesOf)),
      (bytes) => {
        assert.match(parseMessage(bytes).kind, /^(request|notification|response|fault)$/);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a line longer than any miner sends may be a list of texts, but not a structure that takes long to build', () => {
  const many = (unit: string) => `{"id":1,"method":"x","params":[${Array(3_000).fill(unit).join()}]}`;
  for (const unit of ['"00000"', '1234567', 'null,null']) {
    const message = parseMessage(bytesOf(many(unit)));
    assert.equal(message.kind, 'request', unit);
  }
  for (const unit of ['[],[],[]', '{},{},{}', '[1,2,3]', '{"a":0}', '":::::"']) {
    assert.deepEqual(
      parseMessage(bytesOf(many(unit))),
      { kind: 'fault', id: 'null', fault: 'a line of more than 16384 bytes must be a list of texts' },
      unit,
    );
  }
});

test('a line of more than 512 bytes may have long texts, but neither thousands of values nor an endless number', () => {
  const around = (inner: string) => parseMessage(bytesOf(`{"id":7,"method":"x","params":[${inner}]}`));
  const keys = Array.from({ length: 2_000 }, (_, i) => `"${i.toString(36)}":0`).join();
  for (const costly of [
    `{${keys}}`,
    Array(3_000).fill('{}').join(),
    Array(3_000).fill('[]').join(),
    Array(3_000).fill('""').join(),
    Array(4_000).fill('1').join(),
    '1'.repeat(16_000),
    `"${'\\"'.repeat(4_000)}"`,
    // An escaped quote, or an escaped backslash before a quote, would hide values from a reader that mistakes them.
    `"\\"",${Array(3_000).fill('1').join()},"\\""`,
    `"\\\\",${Array(3_000).fill('1').join()},"\\\\"`,
  ]) {
    assert.deepEqual(around(costly), { kind: 'fault', id: '7', fault: TOO_MANY }, costly.slice(0, 40));
  }
  for (const legal of [
    // A solution of Equihash 200,9, and the longest names and passwords.
    `"w.1","00000001","47b98b5c","${'0'.repeat(56)}","${'ab'.repeat(1_347)}"`,
    `"${'n'.repeat(15_000)}","x"`,
    `"${',:[{'.repeat(3_000)}"`,
    Array(60).fill('"0123456789"').join(),
    // Blanks may stand anywhere in JSON, and cost nothing.
    `1${' '.repeat(16_000)}`,
  ]) {
    assert.equal(around(legal).kind, 'request', legal.slice(0, 40));
  }
});

test('the id of a line that is not parsed is echoed if it stands in front and is plain', () => {
  const rest = `"error":[${Array(2_000).fill('1').join()}]}`;
  for (const [id, echo] of [
    ['5', '5'],
    ['-5', '-5'],
    ['"ab-1"', '"ab-1"'],
    ['12345678901234567890', 'null'],
    ['05', 'null'],
    ['"a\\nb"', 'null'],
  ] as const) {
    assert.equal(fault(`{"id":${id},${rest}`).id, echo, id);
  }
});

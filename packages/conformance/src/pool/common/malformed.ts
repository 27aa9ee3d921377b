import { DIALECTS } from '@adit/stratum';
import { attack, JSON_RPC } from '../../catalogue/rules.ts';
import type { PoolCheck } from '../check.ts';
import { type HostileLine, sayHostile } from '../tools/hostile-lines.ts';
import { requestText } from '../tools/messages.ts';

/** Depths of nested arrays. The first fits a line of 16 KB, which careful pools take; the second does not. */
const DEEP = 7_000;
const DEEPER = 10_000;
const KB = 1_024;

/** Checks of attack T13: each sends one kind of damaged line. */
export const MALFORMED: readonly PoolCheck[] = [
  family(
    'hostile-ids',
    'an id that is not a number, a text or null does no harm',
    'submissions with an object, an array, true and a text of 4 KB as id',
    () => [
      ...['{}', '{"a":{"b":[]}}', '[]', '[7]', 'true', 'false'].map((id) => ({
        what: `id ${id}`,
        line: requestText(id, 'mining.submit', '[]'),
      })),
      { what: 'an id of 4 KB', line: requestText(`"${'9'.repeat(4 * KB - 200)}"`, 'mining.submit', '[]') },
      {
        what: 'id __proto__',
        line: requestText('"__proto__"', 'mining.submit', '[]'),
        id: '"__proto__"',
        mustFail: true,
      },
    ],
  ),
  family(
    'hostile-toplevel',
    'a line that is not a JSON object does no harm',
    'a batch, empty arrays and objects, texts, numbers, null, halves of objects',
    () =>
      [
        `[${requestText('9001', 'mining.submit', '[]')},${requestText('9002', 'mining.submit', '[]')}]`,
        '[]',
        '{}',
        '"mining.submit"',
        '7',
        'null',
        'true',
        '{',
        '}{',
        '{"id":9003',
        "{'id':9004}",
        '{"id":9005}{"id":9006}',
        'hello',
      ].map((line) => ({ what: line.slice(0, 40), line })),
  ),
  family(
    'hostile-nesting',
    'a line that is nested thousands of levels deep does no harm',
    `arrays and objects nested ${DEEP} and ${DEEPER} levels deep, as params, as id, as the whole line, closed and not`,
    () => [
      {
        what: 'deep params',
        line: requestText('9001', 'mining.submit', nested(DEEP)),
        id: '9001',
        mustFail: true,
      },
      {
        what: 'deeper params',
        line: requestText('9002', 'mining.submit', nested(DEEPER)),
        id: '9002',
        mustFail: true,
      },
      { what: 'a deep id', line: requestText(nested(DEEP), 'mining.submit', '[]') },
      { what: 'a deep line', line: nested(DEEP) },
      { what: 'a line of openings', line: '['.repeat(DEEPER) },
      { what: 'deep objects', line: `${'{"a":'.repeat(2_500)}1${'}'.repeat(2_500)}` },
    ],
  ),
  family(
    'hostile-bytes',
    'bytes that are not text do no harm',
    'broken UTF-8, NUL, a byte-order mark, lone surrogates, UTF-16',
    () => [
      {
        what: 'broken UTF-8',
        line: Buffer.from('{"id":9001,"method":"mining.submit","params":["\xff\xfe"]}', 'latin1'),
      },
      {
        what: 'a surrogate in UTF-8',
        line: Buffer.from('{"id":9002,"method":"\xed\xa0\x80","params":[]}', 'latin1'),
      },
      { what: 'an overlong dot', line: Buffer.from('{"id":9003,"method":"\xc0\xae","params":[]}', 'latin1') },
      { what: 'NUL between the keys', line: '{"id":9004,\0"method":"mining.submit"}' },
      { what: 'a hundred NULs', line: Buffer.alloc(100) },
      { what: 'a byte-order mark', line: `\ufeff${requestText('9005', 'mining.submit', '[]')}` },
      { what: 'UTF-16', line: Buffer.from(requestText('9006', 'mining.submit', '[]'), 'utf16le') },
      ask('9007', 'a lone surrogate', '["\\ud800","\\udfff","x","x","x"]'),
      ask('9008', 'NUL in a name', '["a\\u0000b","x","x","x","x"]'),
    ],
  ),
  family(
    'hostile-keys',
    'keys that are words of a programming language do no harm',
    'the keys id and method twice, __proto__, constructor and length as keys',
    () => [
      {
        what: 'id and method twice',
        line: '{"id":9001,"id":9002,"method":"x","method":"mining.submit","params":[]}',
      },
      {
        what: '__proto__ with a request',
        line: '{"__proto__":{"id":9003,"method":"mining.submit"},"params":[]}',
      },
      {
        what: 'constructor',
        line: '{"constructor":{"prototype":{"id":1}},"id":9004,"method":"mining.submit","params":[]}',
        id: '9004',
        mustFail: true,
      },
      {
        what: '__proto__ beside',
        line: '{"__proto__":null,"id":9005,"method":"mining.submit","params":[]}',
        id: '9005',
        mustFail: true,
      },
      {
        what: 'the method __proto__',
        line: requestText('9006', '__proto__', '[]'),
        id: '9006',
        mustFail: true,
      },
      {
        what: 'the method constructor',
        line: requestText('9007', 'constructor', '[]'),
        id: '9007',
        mustFail: true,
      },
      ask(
        '9008',
        'objects with keys of functions',
        '[{"toString":1},{"valueOf":null},{"__proto__":[]},{"length":-1},{}]',
      ),
    ],
  ),
  family(
    'hostile-numbers',
    'numbers beyond all bounds do no harm',
    '1e999, -0, 2^64, a thousand digits and NaN, in parameters and as id',
    () => [
      ask('9001', '1e999', '[1e999,1e999,1e999,1e999,1e999]'),
      ask('9002', '-0', '[-0,-0,-0,-0,-0]'),
      ask('9003', '2^64', '[18446744073709551616,18446744073709551616,18446744073709551616,0,0]'),
      ask('9004', 'a thousand digits', `[${'9'.repeat(1_000)},1,1,1,1]`),
      ask('9005', '1e-999', '[1e-999,1e-999,1e-999,1e-999,1e-999]'),
      { what: 'NaN', line: requestText('9006', 'mining.submit', '[NaN,Infinity,-Infinity]') },
      { what: 'the id 1e999', line: requestText('1e999', 'mining.submit', '[]') },
      { what: 'the id -0', line: requestText('-0', 'mining.submit', '[]') },
      { what: 'an id of a thousand digits', line: requestText('9'.repeat(1_000), 'mining.submit', '[]') },
    ],
  ),
  family(
    'long-line',
    'a line of 64 KB is answered, or ends the connection',
    'mining.authorize with a name of 64 KB, and 64 KB of blanks before a message',
    () => [
      {
        what: 'a name of 64 KB',
        line: requestText('9001', 'mining.authorize', `["${'x'.repeat(64 * KB)}","x"]`),
        id: '9001',
      },
      {
        what: '64 KB of blanks',
        line: `${' '.repeat(64 * KB)}${requestText('9002', 'mining.submit', '[]')}`,
      },
    ],
  ),
];

function family(id: string, title: string, sent: string, lines: () => readonly HostileLine[]): PoolCheck {
  return {
    id,
    title,
    group: 'attack',
    dialects: DIALECTS,
    rules: [attack('T13'), JSON_RPC],
    sent,
    expected: 'an error, or an orderly end of the connection; nothing accepted; the pool serves on',
    run: async (probe) => await sayHostile(probe, lines()),
  };
}

/** A submission that the pool must refuse. @param params JSON text */
function ask(id: string, what: string, params: string): HostileLine {
  return { what, line: requestText(id, 'mining.submit', params), id, mustFail: true };
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}

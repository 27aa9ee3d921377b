import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLIENT_LINE_LIMIT, LineSplitter, SERVER_LINE_LIMIT } from '../src/index.ts';
import { bytesOf } from './support.ts';

/** Lines and the fault, if one came, of a stream cut at the given places. */
function split(
  stream: Uint8Array,
  cuts: readonly number[],
  limit: number,
): { lines: string[]; tooLong: boolean } {
  const splitter = new LineSplitter(limit);
  const lines: string[] = [];
  const places = [...new Set([0, ...cuts, stream.length])].sort((a, b) => a - b);
  for (let i = 1; i < places.length; i += 1) {
    const result = splitter.push(stream.slice(places[i - 1], places[i]));
    lines.push(...result.lines.map((line) => Buffer.from(line).toString('latin1')));
    if (result.tooLong) return { lines, tooLong: true };
  }
  return { lines, tooLong: false };
}

test('LF ends a line; one CR before it, and empty lines, are dropped', () => {
  const stream = bytesOf('{"a":1}\n{"b":2}\r\n\n\r\n\r\r\nc\rd\nrest');
  assert.deepEqual(split(stream, [], 100).lines, ['{"a":1}', '{"b":2}', '\r', 'c\rd']);
});

test('many messages in one packet and one message in many packets are the same lines', () => {
  const stream = bytesOf('{"id":1}\r\n{"id":2,"params":["\u00e9\u4e2d"]}\n\n{"id":3}\n');
  const whole = split(stream, [], 100);
  assert.equal(whole.lines.length, 3);
  for (let cut = 0; cut <= stream.length; cut += 1) assert.deepEqual(split(stream, [cut], 100), whole);
  const everywhere = Array.from(stream, (_, i) => i);
  assert.deepEqual(split(stream, everywhere, 100), whole);
});

test('any split of any bytes gives the same lines and the same fault', () => {
  const someBytes = fc.array(fc.constantFrom(10, 10, 13, 13, 65, 66, 0, 255), { maxLength: 60 });
  fc.assert(
    fc.property(
      someBytes,
      fc.array(fc.nat({ max: 60 }), { maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      (raw, cuts, limit) => {
        const stream = Uint8Array.from([...raw, 10]);
        const inside = cuts.filter((cut) => cut < stream.length);
        assert.deepEqual(split(stream, inside, limit), split(stream, [], limit));
      },
    ),
    { numRuns: 2000 },
  );
});

test('lines agree with a plain split of the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\r', '{') }), { maxLength: 8 }),
      (parts) => {
        const expected = parts.map((part) => part.replace(/\r$/, '')).filter((part) => part !== '');
        const stream = bytesOf(parts.map((part) => `${part}\n`).join(''));
        assert.deepEqual(split(stream, [3, 5, 9], 1000), { lines: expected, tooLong: false });
      },
    ),
  );
});

for (const [who, limit] of [
  ['a server', SERVER_LINE_LIMIT],
  ['a client on TrueStratum', CLIENT_LINE_LIMIT],
] as const) {
  test(`${who} takes a line of exactly ${limit} bytes and none that is longer`, () => {
    const exact = bytesOf('x'.repeat(limit));
    for (const end of ['\n', '\r\n']) {
      const splitter = new LineSplitter(limit);
      assert.deepEqual(splitter.push(exact), { lines: [], tooLong: false });
      const { lines, tooLong } = splitter.push(bytesOf(`${end}next\n`));
      assert.deepEqual([lines.map((line) => line.length), tooLong], [[limit, 4], false]);
    }
    const splitter = new LineSplitter(limit);
    splitter.push(exact);
    assert.equal(splitter.push(bytesOf('y\n')).tooLong, true);
    assert.equal(new LineSplitter(limit).push(bytesOf(`${'x'.repeat(limit + 1)}\n`)).tooLong, true);
  });
}

test('the limits are 16 KiB for a server and 512 KiB for a client', () => {
  assert.equal(SERVER_LINE_LIMIT, 16_384);
  assert.equal(CLIENT_LINE_LIMIT, 524_288);
});

test('lines before one that is too long are still given', () => {
  const { lines, tooLong } = new LineSplitter(8).push(bytesOf('first\nsecond\nmuch too long\nlost\n'));
  assert.deepEqual([lines.map((line) => Buffer.from(line).toString()), tooLong], [['first', 'second'], true]);
});

test('a line that never ends is refused as soon as it exceeds the limit, and is not kept', () => {
  const splitter = new LineSplitter(SERVER_LINE_LIMIT);
  let pushed = 0;
  while (!splitter.push(bytesOf('a'.repeat(100))).tooLong) {
    pushed += 100;
    assert.equal(splitter.pending, pushed);
    assert.ok(pushed <= SERVER_LINE_LIMIT + 1);
  }
  assert.ok(pushed + 100 > SERVER_LINE_LIMIT + 1);
  assert.ok(splitter.pending <= SERVER_LINE_LIMIT + 1);
});

test('a partial line is a copy: the buffer it came in may be used again', () => {
  const splitter = new LineSplitter(100);
  const chunk = Buffer.from('begin ');
  splitter.push(chunk);
  chunk.fill(0);
  assert.equal(splitter.pending, 6);
  const { lines } = splitter.push(Buffer.from('end\n'));
  assert.deepEqual(lines, [bytesOf('begin end')]);
  assert.equal(splitter.pending, 0);
});

test('three full-size submissions at once and a fourth in pieces come through', () => {
  const submission = JSON.stringify({
    id: 4,
    method: 'mining.submit',
    params: ['w', 'j', 't', 'n', 'f'.repeat(2694)],
  });
  const stream = bytesOf(`${submission}\n`.repeat(4));
  const result = split(stream, [8192, 8193, 10_000], SERVER_LINE_LIMIT);
  assert.deepEqual(result, { lines: Array(4).fill(submission), tooLong: false });
});

test('a line is cut when it is asked for, and the rest stays as it came', (context) => {
  const packet = Buffer.from('1\n'.repeat(32_768));
  const views = context.mock.method(packet, 'subarray');
  const splitter = new LineSplitter(SERVER_LINE_LIMIT);
  splitter.add(packet);
  assert.equal(splitter.uncut, 65_536);
  for (let line = 0; line < 4; line += 1) assert.deepEqual(splitter.next(), Buffer.from('1'));
  assert.equal(splitter.uncut, 65_528);
  assert.equal(views.mock.callCount(), 4);
  splitter.forget();
  assert.equal(splitter.next(), undefined);
  assert.equal(splitter.uncut, 0);
});

test('a packet of empty lines makes no views', (context) => {
  const packet = Buffer.from('\n\r\n'.repeat(20_000));
  const views = context.mock.method(packet, 'subarray');
  const splitter = new LineSplitter(SERVER_LINE_LIMIT);
  splitter.add(packet);
  let calls = 0;
  for (; splitter.uncut > 0; calls += 1) {
    const before = splitter.uncut;
    assert.equal(splitter.next(), undefined);
    assert.ok(before - splitter.uncut <= 514, 'a call passes no more of them than take the time of a line');
  }
  assert.ok(calls >= packet.length / 514);
  assert.deepEqual([splitter.uncut, splitter.pending, splitter.tooLong], [0, 0, false]);
  assert.equal(views.mock.callCount(), 0);
});

test('the rest is copied only when half of it was cut, however often the caller pauses, and no line is lost', () => {
  const lines = Array.from({ length: 1_000 }, (_, i) => String(i));
  const splitter = new LineSplitter(100);
  splitter.add(bytesOf(`${lines.join('\n')}\nbegun`));
  const kept = new Set<ArrayBufferLike>();
  for (const line of lines) {
    const next = splitter.next() ?? assert.fail(line);
    assert.equal(Buffer.from(next).toString(), line);
    kept.add(next.buffer);
    splitter.trim();
  }
  assert.ok(kept.size <= 12, `${kept.size} copies`);
  assert.equal(splitter.next(), undefined);
  splitter.add(bytesOf(' and ended\n'));
  assert.deepEqual(splitter.next(), bytesOf('begun and ended'));
});

test('bytes that are added before the former ones are cut come behind them', () => {
  const splitter = new LineSplitter(100);
  splitter.add(bytesOf('one\ntw'));
  assert.deepEqual(splitter.next(), bytesOf('one'));
  splitter.add(bytesOf('o\nthree\n'));
  assert.deepEqual([splitter.next(), splitter.next(), splitter.next()].map(String), [
    String(bytesOf('two')),
    String(bytesOf('three')),
    'undefined',
  ]);
});

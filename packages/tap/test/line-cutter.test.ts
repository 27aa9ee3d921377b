import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from '@adit/stratum';
import fc from 'fast-check';
import { type CutLine, LineCutter } from '../src/live/line-cutter.ts';

const LIMIT = 8;

/** Few different bytes, so that line ends often fall on the limit. */
const chunks = fc.array(
  fc
    .uint8Array({ max: 5, maxLength: 12 })
    .map((raw) => raw.map((byte) => [97, 10, 13, 98, 10, 99][byte] ?? 97)),
  {
    maxLength: 12,
  },
);

function cut(parts: readonly Uint8Array[]): CutLine[] {
  const cutter = new LineCutter(LIMIT);
  const lines = parts.flatMap((part) => cutter.push(part));
  const rest = cutter.finish();
  return rest === undefined ? lines : [...lines, rest];
}

test('lines and their ends together are the stream again', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const lines = cut(parts);
      const length = lines.reduce((sum, line) => sum + line.length + line.end.length, 0);
      assert.equal(length, Buffer.concat(parts).length);
      if (lines.some(({ tooLong }) => tooLong)) return;
      const again = lines.flatMap(({ line, end }) => [Buffer.from(line), Buffer.from(end)]);
      assert.deepEqual(Buffer.concat(again), Buffer.concat(parts));
    }),
  );
});

test('any split of the bytes gives the same lines', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      assert.deepEqual(cut(parts), cut([Buffer.concat(parts)]));
    }),
  );
});

test('the lines are those of the codec, up to the first one that is too long', () => {
  fc.assert(
    fc.property(chunks, (parts) => {
      const splitter = new LineSplitter(LIMIT);
      const whole = splitter.push(Buffer.concat(parts));
      const ours = cut(parts).filter(({ end, length }) => end !== '' && length > 0);
      const first = ours.findIndex(({ tooLong }) => tooLong);
      const before = first === -1 ? ours : ours.slice(0, first);
      assert.deepEqual(
        before.map(({ line }) => Buffer.from(line)),
        whole.lines.map((line) => Buffer.from(line)),
      );
    }),
  );
});

test('after a line that is too long the next one is a line again', () => {
  const [long, next] = cut([Buffer.from('a'.repeat(50)), Buffer.from('a\r\nok\n')]);
  assert.deepEqual(long, { line: new Uint8Array(0), end: '\r\n', length: 51, tooLong: true });
  assert.equal(Buffer.from(next?.line ?? []).toString(), 'ok');
});

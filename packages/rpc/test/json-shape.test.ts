import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonShape } from '../src/json-shape.ts';

const LIMITS = { depth: 8, values: 1_000 };

function verdict(text: string, cut = text.length): string | undefined {
  const shape = new JsonShape(LIMITS);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += cut) {
    const fault = shape.add(bytes.subarray(at, at + cut));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** How deep a parsed value is, by another way than counting bytes. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('nested brackets are counted, but not those in strings, also behind escapes', () => {
  assert.equal(verdict('['.repeat(8) + ']'.repeat(8)), undefined);
  assert.match(verdict('['.repeat(9)) ?? '', /more than 8 brackets within each other/);
  assert.match(verdict('{"a":'.repeat(9)) ?? '', /more than 8 brackets/);
  assert.equal(verdict(JSON.stringify(['['.repeat(100)])), undefined);
  assert.equal(verdict(`["\\"${'['.repeat(100)}\\\\"]`), undefined);
  assert.match(verdict(`["\\\\",${'['.repeat(100)}`) ?? '', /brackets/);
});

test('the number of values has a bound too', () => {
  assert.equal(verdict(`[${'1,'.repeat(900)}1]`), undefined);
  assert.match(verdict(`[${'1,'.repeat(1_100)}1]`) ?? '', /more than 1000 values/);
  assert.match(verdict(`[${'[],'.repeat(600)}1]`) ?? '', /more than 1000 values/);
});

test('for any value, cut anywhere, the result is the same as for the parsed value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 12 }), fc.integer({ min: 1, max: 40 }), (value, cut) => {
      const text = JSON.stringify(value);
      assert.equal(
        verdict(text, cut)?.includes('brackets') ?? false,
        depthOf(JSON.parse(text)) > LIMITS.depth,
      );
    }),
    { numRuns: 500 },
  );
});

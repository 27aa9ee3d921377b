import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownLine } from '../../src/report/transcript.ts';

test('a shown line has no password, no control characters, and an end', () => {
  const line = '{"id":2,"method":"mining.authorize","params":["a.b","secret"]}';
  assert.equal(shownLine(line), '{"id":2,"method":"mining.authorize","params":["a.b","***"]}');
  const elsewhere = '{"error":[24,"wrong password pass\\\\word",null]}';
  assert.equal(shownLine(elsewhere, 'pass\\word'), '{"error":[24,"wrong password ***",null]}');
  assert.equal(shownLine('xyz', 'x'), 'xyz');
  assert.equal(shownLine('\u001b[31mred\u202e\u0000'), '?[31mred??');
  assert.match(shownLine('x'.repeat(10_000)), /^x{320}\.\.\. \(10000 characters\)$/);
});

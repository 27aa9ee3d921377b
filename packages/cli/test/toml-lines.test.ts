import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, linesOfKeys } from '../src/config/toml-lines.ts';

const TEXT = `data = "x" # a comment
note = """
[limits]
listen = 3
"""
[limits] # of all
  "max_connections" = 5
a.b = 1
[[chain]]
name = "one"
[[chain.nodes]]
url = "u"
[[ chain . ports ]]
listen = "a"
workers = [
  "x = y",
]
[[chain.ports]]
listen = "b"
[[chain]]
[[chain.ports]]
listen = "c"
`;

test('each key has the line on which it stands, in every kind of table', () => {
  assert.deepEqual(Object.fromEntries(linesOfKeys(TEXT)), {
    data: 1,
    note: 2,
    limits: 6,
    'limits.max_connections': 7,
    'limits.a.b': 8,
    'chain[0]': 9,
    'chain[0].name': 10,
    'chain[0].nodes[0]': 11,
    'chain[0].nodes[0].url': 12,
    'chain[0].ports[0]': 13,
    'chain[0].ports[0].listen': 14,
    'chain[0].ports[0].workers': 15,
    'chain[0].ports[1]': 18,
    'chain[0].ports[1].listen': 19,
    'chain[1]': 20,
    'chain[1].ports[0]': 21,
    'chain[1].ports[0].listen': 22,
  });
});

test('a key without a line has the line of the part that it would stand in', () => {
  const lines = linesOfKeys(TEXT);
  assert.equal(lineOf(lines, 'chain[0].ports[1].start_difficulty'), 18);
  assert.equal(lineOf(lines, 'chain[0].ports[0].workers[0]'), 15);
  assert.equal(lineOf(lines, 'chain[1].network'), 20);
  assert.equal(lineOf(lines, 'limits.line_bytes'), 6);
  assert.equal(lineOf(lines, 'admin.listen'), undefined);
  assert.equal(lineOf(lines, ''), undefined);
});

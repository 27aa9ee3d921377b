import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, plain } from '../src/log.ts';

test('names from the wire cannot break a line, colour a terminal or turn the writing direction', () => {
  const hostile = 'a\n\u001b[31mred\u202e\u0000';
  assert.equal(plain(hostile), 'a\\u000a\\u001b[31mred\\u202e\\u0000');
  const { text, fields } = describe({ kind: 'authorized', port: 'p', connection: 1, worker: hostile });
  assert.ok(!/[^\x20-\x7e]/.test(text));
  assert.equal(fields['worker'], plain(hostile));
});

test('amounts stay exact in the log, and trouble is louder than routine', () => {
  const share = describe({
    kind: 'share_accepted',
    chain: 'zcash',
    port: 'p',
    connection: 1,
    worker: 'w',
    weight: 2n ** 80n,
    ms: 1,
  });
  assert.deepEqual([share.level, share.fields['weight']], ['debug', '1208925819614629174706176']);
  assert.equal(describe({ kind: 'journal', problem: 'disk is full' }).level, 'error');
  const down = describe({
    kind: 'node',
    chain: 'zcash',
    status: { node: 'n:1', state: 'down', detail: 'refused' },
  });
  assert.deepEqual([down.level, down.text], ['warn', 'zcash: node n:1 is down: refused']);
});

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { EventLog } from '../src/log/event-log.ts';
import { describe } from '../src/log/lines.ts';
import { plain } from '../src/log/plain.ts';

test('names from the wire cannot break a line, colour a terminal or change the writing direction', () => {
  const hostile = 'a\n\u001b[31mred\u202e\u0000';
  assert.equal(plain(hostile), 'a\\u000a\\u001b[31mred\\u202e\\u0000');
  const { text, fields } = describe({
    kind: 'authorized',
    port: 'p',
    address: '127.0.0.1',
    connection: 1,
    worker: hostile,
  });
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
  assert.equal(describe({ kind: 'journal', problem: 'disk is full', cause: 'commit_failed' }).level, 'error');
  const down = describe({
    kind: 'node',
    chain: 'zcash',
    status: { node: 'n:1', state: 'down', cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED', detail: 'refused' },
    news: true,
  });
  assert.deepEqual([down.level, down.text], ['warn', 'zcash: node n:1 is down: refused']);
  const status = {
    node: 'n:1',
    state: 'ready',
    cause: 'serves',
    detail: 'serves templates of height 7',
  } as const;
  const figures = describe({ kind: 'node', chain: 'zcash', status, news: false });
  assert.equal(figures.level, 'debug', 'a height or a latency alone is no line for people');
});

test('frequent events are logged once for each kind and cause, and then counted with the fields of the cause', () => {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = new EventLog(pino({ level: 'info', base: null }, sink));
  for (let i = 0; i < 1_000; i += 1) {
    const address = `192.0.2.${i % 250}`;
    for (const because of ['rate', 'banned'] as const)
      log.write({ kind: 'connection_refused', port: 'p', address, because, detail: 'x'.repeat(i) });
    log.write({ kind: 'conduct', address, connection: i, rung: 'warn', offence: 'malformed' });
    log.write({ kind: 'authorized', port: 'p', address: '127.0.0.1', connection: i, worker: `w${i}` });
  }
  assert.equal(lines.filter(({ worker }) => worker !== undefined).length, 100);
  assert.deepEqual(
    lines.flatMap(({ because }) => because ?? []),
    ['rate', 'banned'],
  );
  assert.equal(lines.length, 103);
  log.close();
  assert.deepEqual(
    lines.slice(103).map(({ level: _level, time: _time, msg: _msg, ...fields }) => fields),
    [
      { event: 'connection_refused', because: 'rate', more: 999 },
      { event: 'connection_refused', because: 'banned', more: 999 },
      { event: 'conduct', rung: 'warn', offence: 'malformed', more: 999 },
      { event: 'authorized', more: 900 },
    ],
  );
  log.flush();
  assert.equal(lines.length, 107, 'nothing is told twice');
});

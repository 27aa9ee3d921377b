import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { Judged } from '../../src/report/finding.ts';
import { connected } from './connected.ts';

const MIB = 1024 * 1024;

async function linesOf(miner: Socket, count: number): Promise<string[]> {
  let text = '';
  for await (const chunk of miner) {
    text += String(chunk);
    if (text.split('\n').length > count) break;
  }
  return text.trimEnd().split('\n');
}

test('lines that are sent while a line leaves byte by byte come after it, in order', async (context) => {
  const { connection, miner } = await connected(context);
  const slow = connection.slowly('{"a":1}\n{"b":2}\n');
  connection.send('{"c":3}');
  connection.send('{"d":4}');
  await slow;
  connection.send('{"e":5}');
  assert.deepEqual(await linesOf(miner, 5), ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}', '{"e":5}']);
});

test('the lines of a report never hold a password, in whatever message it came', async (context) => {
  const { connection, checkRun, miner } = await connected(context);
  miner.write('{"id":1,"method":"mining.authorize","params":["alice","a-secret-word"]}\n');
  miner.write('{"id":2,"method":"login","params":{"login":"alice","pass":"a-secret-word"}}\n');
  miner.write('{"id":3,"method":"mining.authorize","params":["alice","a-secret-word"\n');
  miner.write('{"id":4,"method":"mining.submit","params":["alice","7","00"]}\n');
  const last = await connection.next(({ text }) => text.includes('mining.submit'), { within: 5_000 });
  assert.ok(last !== undefined);
  const shown = checkRun.lines.map(({ text }) => text);
  assert.ok(!shown.join('\n').includes('a-secret-word'), shown.join('\n'));
  assert.deepEqual(shown[0], '{"id":1,"method":"mining.authorize","params":["alice","***"]}');
  assert.deepEqual(shown[3], '{"id":4,"method":"mining.submit","params":["alice","7","00"]}');
});

test('a connection may end in the middle of a slow line', async (context) => {
  const { connection, miner } = await connected(context);
  const slow = connection.slowly(`${'x'.repeat(2_000)}\n`);
  connection.send('{"behind":1}');
  miner.destroy();
  await slow;
  connection.send('{"later":1}');
  assert.match(connection.closed ?? 'open', /closed|ECONNRESET|EPIPE/);
});

test('a fault of the probe with one message ends that connection only, and the check cannot tell', async (context) => {
  const { connection, checkRun, miner } = await connected(context);
  connection.listen(() => {
    throw new TypeError('no such thing');
  });
  miner.write('{"id":1,"method":"mining.subscribe","params":[]}\n{"id":2,"method":"x","params":[]}\n');
  const error = await connection.until(() => false, 5_000).catch((error: unknown) => error);
  assert.ok(error instanceof Judged, String(error));
  assert.deepEqual(error.judgement, {
    outcome: 'cannot_tell',
    came: 'the probe itself failed: no such thing',
  });
  assert.equal(connection.closed, 'closed by the probe: the probe itself failed: no such thing');
  assert.equal(connection.received.length, 1);
  assert.match(checkRun.lines.at(-1)?.text ?? '', /the probe itself failed/);
});

test('a condition that throws ends the wait of its check, and not the run', async (context) => {
  const { connection, miner } = await connected(context);
  const waits = connection.until(() => {
    if (connection.received.length > 0) throw new TypeError('no such thing');
    return false;
  }, 5_000);
  miner.write('{"id":1,"method":"x","params":[]}\n');
  await assert.rejects(waits, /no such thing/);
});

/** Writes the same line until the other side closes, and reads nothing but its end. */
async function flood(miner: Socket, line: string): Promise<void> {
  miner.on('error', () => {});
  const over = new Promise((resolve) => miner.on('close', resolve));
  miner.resume();
  while (!miner.destroyed)
    if (!miner.write(line))
      await Promise.race([new Promise((resolve) => miner.once('drain', resolve)), over]);
}

const FLOODS = [
  ['long texts', `{"id":1,"method":"x","params":["${'x'.repeat(MIB - 100)}"]}\n`],
  ['many small members', `{"id":1,"method":"x","params":[${'0,'.repeat(8_000)}0]}\n`],
] as const;

for (const [what, line] of FLOODS) {
  test(`what is kept of one connection has a bound, and the report says so: ${what}`, async (context) => {
    const { connection, miner } = await connected(context);
    connection.listen(() => {});
    await flood(miner, line);
    assert.equal(
      connection.closed,
      'closed by the probe: it sent more than is kept of one connection, 32 MiB',
    );
    assert.ok(
      connection.keptBytes > 31 * MIB && connection.keptBytes < 34 * MIB,
      String(connection.keptBytes),
    );
    assert.ok(connection.received.length * line.length < 33 * MIB);
  });

  test(`less is kept of a connection that waits for a check: ${what}`, async (context) => {
    const { connection, miner } = await connected(context);
    await flood(miner, line);
    assert.match(connection.closed ?? 'open', /more than is kept of one connection, 2 MiB/);
    assert.ok(connection.keptBytes < 4 * MIB, String(connection.keptBytes));
  });
}

test('a connection that waits for a check may repeat its login, but not for ever', async (context) => {
  const { connection, miner } = await connected(context);
  await flood(miner, '{"id":1,"method":"mining.subscribe","params":[]}\n');
  assert.equal(connection.closed, 'closed by the probe: it sent 256 messages');
  assert.equal(connection.received.length, 256);
});

test('answers do not pile up for a miner that does not read', async (context) => {
  const { connection, miner } = await connected(context);
  miner.pause();
  const answer = `{"id":5,"result":"${'0'.repeat(MIB)}","error":null}`;
  let sent = 0;
  for (; sent < 200 && connection.closed === undefined; sent += 1) connection.send(answer);
  assert.equal(connection.closed, 'closed by the probe: it leaves more than 16 MiB unread');
  assert.ok(sent < 40, String(sent));
});

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { HANDSHAKES } from '../src/tls-door.ts';
import { Turns } from '../src/turns.ts';
import { setUp, UNHURRIED, until } from './support/server.ts';

/** The next turn of the loop is over. */
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Connections of one group, each with a number of lines. It counts the handled lines of each connection. */
function crowd(turns: Turns, group: string, connections: number, lines: number): number[] {
  const handled = new Array<number>(connections).fill(0);
  const go = (i: number) => {
    // Four lines, as one connection has in a turn.
    for (let line = 0; line < 4; line += 1) {
      if ((handled[i] ?? 0) >= lines) return;
      if (!turns.take(group)) break;
      handled[i] = (handled[i] ?? 0) + 1;
    }
    turns.wait(group, () => go(i));
  };
  for (let i = 0; i < connections; i += 1) go(i);
  return handled;
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

test('1,500 connections of one address get 256 lines of a turn, alternate, and lose no line', async () => {
  const turns = new Turns();
  const handled = crowd(turns, '203.0.113.9', 1_500, 8);
  assert.equal(sum(handled), 256);
  let before = 256;
  for (let turn = 0; sum(handled) < 1_500 * 8; turn += 1) {
    assert.ok(turn < 200, `${sum(handled)} lines after ${turn} turns`);
    // Another address has its line handled at once, in each turn.
    assert.equal(turns.take('198.51.100.1'), true);
    await nextTurn();
    assert.ok(sum(handled) - before <= 256);
    before = sum(handled);
    // No connection is a round ahead of the others.
    assert.ok(Math.max(...handled) - Math.min(...handled) <= 8);
  }
  assert.deepEqual(new Set(handled), new Set([8]));
});

test('if many addresses wait, all of them together get a bounded part of a turn', async () => {
  const turns = new Turns();
  const crowds = Array.from({ length: 64 }, (_, i) => crowd(turns, `10.0.0.${i}`, 50, 40));
  await nextTurn();
  for (let turn = 0; crowds.some((handled) => sum(handled) < 2_000); turn += 1) {
    assert.ok(turn < 1_000);
    const before = crowds.map(sum);
    await nextTurn();
    const most = crowds.map((handled, i) => sum(handled) - (before[i] ?? 0));
    assert.ok(sum(most) <= 1_024, `${sum(most)} lines in one turn`);
  }
});

test('a flood on hundreds of sockets of one address gets 256 lines of each turn, however many have come', async (context) => {
  let turn = 0;
  const byTurn = new Map<string, number>();
  const texts: string[] = [];
  const server = await setUp(
    {},
    {
      limits: UNHURRIED,
      accept: (connection) => ({
        line: (line) => {
          const key = `${connection.remoteAddress} ${turn}`;
          byTurn.set(key, (byTurn.get(key) ?? 0) + 1);
          texts.push(Buffer.from(line).toString());
        },
        closed: () => {},
      }),
    },
  );
  let beating = true;
  const beat = () => {
    turn += 1;
    if (beating) setImmediate(beat);
  };
  const sockets: Socket[] = [];
  context.after(async () => {
    beating = false;
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
  for (let i = 0; i < 300; i += 1)
    sockets.push(connect({ host: '127.0.0.1', port: server.port, localAddress: '127.0.0.66' }));
  await until(() => server.census.total === 300);
  beat();
  const lines = Array.from({ length: 100 }, (_, i) => `${i}\n`).join('');
  for (const socket of sockets) socket.write(lines);
  await until(() => texts.length === 300 * 100);
  // A turn of the test's beat may lie across two turns of the pool's.
  assert.ok(Math.max(...byTurn.values()) <= 512, `${Math.max(...byTurn.values())} lines in one turn`);
});

test('expensive lines count for more: a group gets some milliseconds of a turn, and another group goes on at once', async () => {
  const turns = new Turns();
  const costly = (group: string) => {
    let taken = 0;
    for (; turns.take(group); taken += 1) turns.spend(group, 2);
    return taken;
  };
  assert.equal(costly('203.0.113.9'), 3);
  assert.equal(costly('198.51.100.1'), 3);
  await nextTurn();
  assert.equal(costly('203.0.113.9'), 3);
});

test('a line that takes long is the last one of its address in its turn, on all connections', async (context) => {
  const byTurn: number[] = [];
  let turn = 0;
  let busy = true;
  const server = await setUp(
    {},
    {
      limits: UNHURRIED,
      accept: () => ({
        line: () => {
          byTurn[turn] = (byTurn[turn] ?? 0) + 1;
          const until = performance.now() + 6;
          while (performance.now() < until);
        },
        closed: () => {},
      }),
    },
  );
  const beat = () => {
    turn += 1;
    if (busy) setImmediate(beat);
  };
  const sockets = Array.from({ length: 5 }, () => connect({ host: '127.0.0.1', port: server.port }));
  context.after(async () => {
    busy = false;
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
  await until(() => server.census.total === 5);
  beat();
  for (const socket of sockets) socket.write('costly\n'.repeat(4));
  await until(() => byTurn.reduce((total, lines) => total + lines, 0) === 20);
  // A turn of the test's beat may lie across two turns of the pool's.
  assert.ok(Math.max(...byTurn.filter((lines) => lines !== undefined)) <= 2, byTurn.join());
});

test('a packet of 32,768 lines is cut only as its lines get their turns, and no further after the close', async (context) => {
  let views = 0;
  let atFirstLine = 0;
  const { subarray } = Buffer.prototype;
  const server = await setUp(
    {},
    {
      accept: (connection) => ({
        line: () => {
          server.lines.push('line');
          if (server.lines.length === 1) atFirstLine = views;
          if (server.lines.length === 10) connection.close({ cause: 'stopped', detail: 'enough' });
        },
        closed: ({ cause }) => server.closed.push(cause),
      }),
    },
  );
  const socket = connect({ host: '127.0.0.1', port: server.port });
  socket.on('error', () => {}).resume();
  await until(() => server.census.total === 1);
  context.mock.method(Buffer.prototype, 'subarray', function (this: Buffer, ...args: [number?, number?]) {
    views += 1;
    return subarray.apply(this, args);
  });
  socket.write(Buffer.from('1\n'.repeat(32_768)));
  await until(() => server.closed.length === 1);
  assert.ok(atFirstLine < 10, `${atFirstLine} views before the first line`);
  assert.ok(views < 50, `${views} views for 10 lines`);
  assert.equal(server.lines.length, 10);
  socket.destroy();
  await server.stop();
});

test('two handshakes of one address begin in a turn, and another address gets its own at once', async () => {
  const turns = new Turns(HANDSHAKES);
  const handled = crowd(turns, '203.0.113.9', 100, 1);
  assert.equal(sum(handled), 2);
  for (let turn = 1; sum(handled) < 100; turn += 1) {
    assert.ok(turn < 200);
    assert.equal(turns.take('198.51.100.1'), true);
    const before = sum(handled);
    await nextTurn();
    assert.ok(sum(handled) - before <= 2);
  }
});

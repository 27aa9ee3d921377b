import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { afterAwake } from '../src/connection/awake.ts';

test('data that came while the process stood still is read before a wait for it ends', async (context) => {
  const server = createServer((socket) => {
    context.after(() => socket.destroy());
    socket.on('data', () => socket.write('answer'));
  });
  context.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const socket = connect(address.port, '127.0.0.1');
  context.after(() => socket.destroy());
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const stop = afterAwake(1_000, () => {
      heard.push('nothing');
      resolve();
    });
    socket.on('data', () => {
      heard.push('answer');
      stop();
      resolve();
    });
    socket.write('question');
    // The process stands still after the timers were looked at first, and for longer than the whole wait.
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500), 1);
  });
  assert.deepEqual(heard, ['answer']);
});

test('a wait has its full length, and one of zero milliseconds ends in a later turn of the event loop', async () => {
  const began = performance.now();
  await new Promise<void>((resolve) => void afterAwake(250, resolve));
  assert.ok(performance.now() - began > 240);
  let over = false;
  const done = new Promise<void>((resolve) => {
    afterAwake(-5, () => {
      over = true;
      resolve();
    });
  });
  assert.equal(over, false);
  await done;
  const stop = afterAwake(1, () => assert.fail('it was ended'));
  stop();
  await new Promise((resolve) => setTimeout(resolve, 20));
});

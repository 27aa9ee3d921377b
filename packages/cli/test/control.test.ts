import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { AditError } from '@adit/primitives';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { askPool } from '../src/control/client.ts';
import type { ControlRequest } from '../src/control/requests.ts';
import { ControlServer } from '../src/control/server.ts';

function setUp(context: TestContext, handle: (request: ControlRequest) => unknown = () => 'done') {
  const file = path.join(temporaryFolder(context), 'control.sock');
  const server = new ControlServer(file, { handle });
  context.after(() => server.close());
  return { file, server };
}

/** Leaves a socket file behind, as a killed process does. */
async function leaveDeadSocket(file: string): Promise<void> {
  const server = createServer().listen(`${file}.first`);
  await once(server, 'listening');
  renameSync(`${file}.first`, file);
  server.close();
  await once(server, 'close');
}

/** The server's answer to raw text. */
async function raw(file: string, text: string): Promise<string> {
  const socket = connect(file);
  socket.write(text);
  socket.setEncoding('utf8');
  let answer = '';
  socket.on('data', (chunk: string) => {
    answer += chunk;
    if (answer.includes('\n')) socket.destroy();
  });
  socket.on('error', () => {});
  await once(socket, 'close');
  return answer;
}

test('a command is carried out and its result comes back', async (context) => {
  const seen: ControlRequest[] = [];
  const { file, server } = setUp(context, (request) => {
    seen.push(request);
    return { pid: 7 };
  });
  await server.listen();
  assert.deepEqual(await askPool(file, { command: 'status' }), { pid: 7 });
  await askPool(file, { command: 'ban', address: '192.0.2.1', seconds: 60, reason: 'test' });
  assert.deepEqual(
    seen.map(({ command }) => command),
    ['status', 'ban'],
  );
});

test('an error comes back with its code', async (context) => {
  const { file, server } = setUp(context, () => {
    throw new AditError('ADIT_UPGRADE', 'no work from the nodes');
  });
  await server.listen();
  await assert.rejects(askPool(file, { command: 'upgrade' }), {
    code: 'ADIT_UPGRADE',
    message: 'no work from the nodes',
  });
});

test('only the user that runs the pool may open the socket', async (context) => {
  const { file, server } = setUp(context);
  await server.listen();
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('invalid requests are refused, and the answer says what was expected', async (context) => {
  const { file, server } = setUp(context);
  await server.listen();
  assert.match(
    await raw(file, 'hello\n'),
    /"code":"ADIT_BAD_REQUEST","message":"expected one JSON object a line"/,
  );
  assert.match(await raw(file, '{"command":"fly"}\n'), /ADIT_BAD_REQUEST/);
  assert.match(
    await raw(file, '{"command":"ban","address":"192.0.2.1","seconds":-1,"reason":""}\n'),
    /seconds/,
  );
  assert.match(await raw(file, '{"command":"status","more":1}\n'), /ADIT_BAD_REQUEST/);
  assert.equal(await raw(file, 'x'.repeat(10_000)), '', 'a line without end is cut off');
  assert.deepEqual(await askPool(file, { command: 'status' }), 'done');
});

test('a second pool on the same socket is refused, and one after a dead process is not', async (context) => {
  const { file, server } = setUp(context);
  await server.listen();
  const second = new ControlServer(file, { handle: () => 'second' });
  await assert.rejects(second.listen(), { code: 'ADIT_CONTROL_IN_USE' });
  await second.close();
  assert.equal(await askPool(file, { command: 'status' }), 'done', 'the first one still has its socket');
  await server.close();
  await leaveDeadSocket(file);
  await second.listen();
  assert.equal(await askPool(file, { command: 'status' }), 'second');
  await second.close();
  assert.equal(existsSync(file), false);
});

test('the process that took over keeps the socket when the one before it ends', async (context) => {
  const { file, server } = setUp(context, () => ({ pid: 7 }));
  await server.listen();
  const heir = new ControlServer(file, { handle: () => 'new' });
  context.after(() => heir.close());
  await heir.listen({ from: 7 });
  assert.equal(await askPool(file, { command: 'status' }), 'new');
  await server.close();
  assert.equal(await askPool(file, { command: 'status' }), 'new');
});

test('a process that fails to take over loses the name again, while a request is still open', async (context) => {
  const failed = Promise.withResolvers<string>();
  const old = { pid: 7 };
  const { file, server } = setUp(context, ({ command }) => (command === 'upgrade' ? failed.promise : old));
  await server.listen();
  const question = askPool(file, { command: 'upgrade' });
  assert.deepEqual(await askPool(file, { command: 'status' }), old);
  const heir = new ControlServer(file, { handle: () => 'new' });
  await heir.listen({ from: 7 });
  // A killed process leaves its file behind; one that ends in good order removes it.
  for (const takesItAway of [false, true]) {
    if (takesItAway) await heir.close();
    await server.reclaim();
    assert.deepEqual(await askPool(file, { command: 'status' }), old);
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  failed.resolve('failed');
  assert.equal(await question, 'failed');
  await server.close();
  assert.equal(existsSync(file), false);
});

test('the client reports that no pool runs, and names a path that is too long', async (context) => {
  const folder = temporaryFolder(context);
  const nobody = askPool(path.join(folder, 'control.sock'), { command: 'status' });
  await assert.rejects(nobody, { code: 'ADIT_NO_POOL_RUNS' });
  const long = new ControlServer(path.join(folder, `${'x'.repeat(100)}.sock`), { handle: () => {} });
  await assert.rejects(long.listen(), { code: 'ADIT_CONTROL_PATH' });
});

test('a file, a folder or a link in place of the socket is never replaced', async (context) => {
  const folder = temporaryFolder(context);
  const precious = path.join(folder, 'wallet.dat');
  writeFileSync(precious, 'precious');
  const link = path.join(folder, 'link.sock');
  symlinkSync(precious, link);
  for (const file of [precious, folder, link]) {
    const server = new ControlServer(file, { handle: () => 'ours' });
    await assert.rejects(server.listen(), { code: 'ADIT_CONTROL_PATH', message: /control: .* no socket/ });
    await server.close();
  }
  // The name under which this process binds first.
  writeFileSync(path.join(folder, `control.sock.${process.pid}`), 'precious');
  const server = new ControlServer(path.join(folder, 'control.sock'), { handle: () => 'ours' });
  await assert.rejects(server.listen(), { code: 'ADIT_CONTROL_PATH' });
  await server.close();
  assert.equal(readFileSync(precious, 'utf8'), 'precious');
  assert.equal(readFileSync(path.join(folder, `control.sock.${process.pid}`), 'utf8'), 'precious');
});

test('a process that takes over replaces only the one before it', async (context) => {
  const { file, server } = setUp(context, () => ({ pid: 8 }));
  await server.listen();
  const heir = new ControlServer(file, { handle: () => 'new' });
  await assert.rejects(heir.listen({ from: 7 }), { code: 'ADIT_CONTROL_IN_USE' });
  await heir.close();
  assert.deepEqual(await askPool(file, { command: 'status' }), { pid: 8 });
});

test('an answer that JSON cannot express is an error with a code, and the next request is answered', async (context) => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  const getter = {
    get broken(): never {
      throw new Error('no value');
    },
  };
  const answers = [{ height: 10n }, loop, getter, { done: true }];
  const { file, server } = setUp(context, () => answers.shift());
  await server.listen();
  for (const said of [/BigInt/, /circular/, /no value/]) {
    await assert.rejects(askPool(file, { command: 'status' }), { code: 'ADIT_ANSWER', message: said });
  }
  assert.deepEqual(await askPool(file, { command: 'status' }), { done: true });
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { handOver } from '../src/upgrade/hand-over.ts';

interface Handed {
  readonly name: string;
  readonly listen: string;
  readonly server: Server;
}

async function listening(context: TestContext): Promise<Handed> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  return { name: 'asic', listen: '127.0.0.1:0', server };
}

/** A new process that runs this script; `say` sends over the channel. */
function starting(script: string) {
  const started: ChildProcess[] = [];
  const start = (descriptors: readonly number[], env: NodeJS.ProcessEnv) => {
    const source = `const say = (m) => process.send(m); ${script}`;
    const child = spawn(process.execPath, ['-e', source], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', ...descriptors],
    });
    started.push(child);
    return child;
  };
  return { start, started };
}

async function refused(
  context: TestContext,
  script: string,
  readyMs = 60_000,
  more: { signal?: AbortSignal } = {},
): Promise<{ message: string; given: number }> {
  const socket = await listening(context);
  const { start, started } = starting(script);
  let given = 0;
  const onWorking = async () => {
    given += 1;
  };
  const error = await handOver({ readyMs, ...more }, { sockets: [socket], onWorking, start }).then(
    () => undefined,
    (reason: Error & { code?: string }) => reason,
  );
  assert.equal(error?.code, 'ADIT_UPGRADE');
  const [child] = started;
  assert.notEqual(child?.exitCode ?? child?.signalCode ?? null, null, 'the new process is gone');
  assert.ok(socket.server.listening, 'the old process still listens');
  return { message: error.message, given };
}

test('a new process that ends, fails, is late or speaks another version leaves everything as it was', async (context) => {
  const ended = await refused(context, 'process.exit(3)');
  assert.match(ended.message, /the new process ended \(status 3\)/);
  const failed = await refused(context, "say({ kind: 'failed', message: 'the port is gone' })");
  assert.match(failed.message, /could not start: the port is gone/);
  const late = await refused(context, 'setInterval(() => {}, 1000)', 300);
  assert.match(late.message, /not ready within 0.3 s/);
  const other = await refused(context, "say({ kind: 'working', version: 2 }); setInterval(() => {}, 1000)");
  assert.match(other.message, /cannot take over from this one/);
  const nonsense = await refused(context, "say('hello'); setInterval(() => {}, 1000)");
  assert.match(nonsense.message, /something unknown/);
  for (const { given } of [ended, failed, late, other, nonsense]) assert.equal(given, 0);
});

test('the death of a new process between its work and its sockets is noticed', async (context) => {
  const script = "say({ kind: 'working', version: 1 }); process.on('message', () => process.exit(9))";
  const { message, given } = await refused(context, script);
  assert.match(message, /the new process ended \(status 9\)/);
  assert.equal(given, 1);
});

test('a pool that is asked to stop gives up the upgrade, and ends the new process', async (context) => {
  const stop = new AbortController();
  const waiting = refused(context, 'setInterval(() => {}, 1000)', 60_000, { signal: stop.signal });
  setImmediate(() => stop.abort());
  assert.match((await waiting).message, /the pool was asked to stop/);
});

test('the new process gets the same socket: it accepts on the port of the old one', async (context) => {
  const handed = await listening(context);
  const { start } = starting(`
    const names = JSON.parse(process.env.ADIT_HANDOVER).map(({ name }) => name);
    say({ kind: 'working', version: 1 });
    process.once('message', () => {
      const fd = 4 + names.indexOf('asic');
      require('node:net').createServer((s) => s.end('from the new one')).listen({ fd }, () => say({ kind: 'listening' }));
    });
  `);
  const child = await handOver({ readyMs: 60_000 }, { sockets: [handed], onWorking: async () => {}, start });
  context.after(() => child.kill('SIGKILL'));
  const { server } = handed;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  const { connect } = await import('node:net');
  const socket = connect(port, '127.0.0.1');
  const [text] = (await once(socket, 'data')) as [Buffer];
  assert.equal(text.toString(), 'from the new one');
  socket.destroy();
});

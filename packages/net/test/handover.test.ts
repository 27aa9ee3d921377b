import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Server } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setUp, UNHURRIED } from './support/server.ts';

const HEIR = fileURLToPath(new URL('support/heir.ts', import.meta.url));

async function startHeir(descriptor?: number): Promise<ChildProcess> {
  const heir = spawn(process.execPath, ['--conditions=adit-source', HEIR], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...(descriptor === undefined ? [] : [descriptor])],
  });
  const [message] = (await once(heir, 'message')) as [unknown];
  assert.equal(message, 'started');
  return heir;
}

/** The file descriptor, which systemd knows for sockets that it opened. Node has no public function for it. */
function descriptorOf(server: Server): number {
  const { fd } = Reflect.get(server, '_handle') as { fd: number };
  return fd;
}

/** One miner after the other, as fast as they are served: each must get its answer. */
function makeVisitors(port: number) {
  const answers: string[] = [];
  const failures: string[] = [];
  let stopped = false;
  const visit = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port });
      let text = '';
      socket.write('hello\n');
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.endsWith('\n')) socket.end();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => failures.push(error.code ?? error.message));
      socket.on('close', () => {
        if (/^hello( from \d+)?\n$/.test(text)) answers.push(text.trim());
        else failures.push(`answered ${JSON.stringify(text)}`);
        resolve();
      });
    });
  const line = async () => {
    while (!stopped) await visit();
  };
  const lines = Array.from({ length: 8 }, line);
  const count = async (wanted: () => boolean) => {
    while (!wanted() && failures.length === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  const stop = async () => {
    stopped = true;
    await Promise.all(lines);
  };
  return { answers, failures, count, stop };
}

for (const [how, byDescriptor] of [
  ['as a handle', false],
  ['as a descriptor', true],
] as const) {
  test(`a listening socket handed to another process ${how}: no connection is lost or reset`, async () => {
    // While the heir is slow to answer, thousands are served.
    const old = await setUp({}, { echo: true, limits: UNHURRIED });
    const heir = await startHeir(byDescriptor ? descriptorOf(old.listener.server) : undefined);
    const visitors = makeVisitors(old.port);
    await visitors.count(() => visitors.answers.length >= 100);
    // A connection that stays with the old process, which serves it to the end.
    const faithful = connect({ host: '127.0.0.1', port: old.port });
    await once(faithful, 'connect');

    const listening = once(heir, 'message');
    if (byDescriptor) heir.send('take descriptor');
    else heir.send('take', old.listener.server);
    const [message] = (await listening) as [{ listening: number }];
    assert.equal(message.listening, old.port);
    const both = visitors.answers.length;
    await visitors.count(() => visitors.answers.length >= both + 200);
    old.listener.stopListening();
    const alone = visitors.answers.length;
    // The last ones that the old process has taken end, then all are the heir's.
    const byHeir = (from: number) => visitors.answers.slice(from).filter((text) => text.includes('from'));
    await visitors.count(() => byHeir(alone).length >= 300);
    await visitors.stop();
    assert.deepEqual(visitors.failures, []);
    assert.ok(byHeir(0).every((text) => text === `hello from ${heir.pid}`));

    const mine = old.connections.some(({ open }) => open);
    faithful.write('are you there\n');
    const [answer] = (await once(faithful, 'data')) as [Buffer];
    if (mine) assert.equal(answer.toString(), 'are you there\n');
    else assert.equal(answer.toString(), `are you there from ${heir.pid}\n`);
    faithful.destroy();
    await old.stop();
    const gone = once(heir, 'exit');
    heir.disconnect();
    await gone;
  });
}

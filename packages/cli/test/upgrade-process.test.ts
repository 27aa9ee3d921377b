import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startZcashDevnet } from '@adit/devnet';
import { FolderLock } from '@adit/journal';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, portText, zcashPortToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';

const OLD_PORT = { name: 'old' };

/** A pool in a process of its own, with two ports, and ways to change its file and to query it. */
async function setUp(context: TestContext) {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const pool = await startPoolProcess(
    folder,
    poolToml([zcashToml(devnet.url, { ports: [{ name: 'asic' }, OLD_PORT] })], {
      admin: { listen: '127.0.0.1:0' },
      upgrade: { reconnect_seconds: 0, drain_seconds: 2 },
    }),
  );
  context.after(() => pool.kill('SIGKILL'));
  const file = path.join(folder, 'adit.toml');
  const status = async () => {
    const { out, err } = await aditHere(['status', '--json'], folder);
    assert.equal(err, '');
    return JSON.parse(out) as { pid: number; ready: boolean; ports: { name: string; number: number }[] };
  };
  const admin = (log: string) =>
    Number(
      log
        .match(/"event":"admin","port":(\d+)/g)
        ?.at(-1)
        ?.match(/\d+/)?.[0],
    );
  return {
    folder,
    pool,
    status,
    health: async () => (await fetch(`http://127.0.0.1:${admin(pool.log())}/health`)).status,
    change: (from: string | RegExp, to: string) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(from, to)),
    numberOf: async (name: string) => (await status()).ports.find((port) => port.name === name)?.number ?? 0,
  };
}

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const result = await Promise.race([
    once(socket, 'connect').then(() => true),
    once(socket, 'error').then(() => false),
  ]).catch(() => false);
  socket.destroy();
  return result;
}

test('a new process that fails at its last step leaves the old one its ports, its admin address and its control socket', async (context) => {
  const { folder, pool, status, health, change } = await setUp(context);
  await until('the pool is ready', async () => (await status()).ready);
  const before = await status();
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  context.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  change('listen = "127.0.0.1:0"', `listen = "127.0.0.1:${port}"`);
  const { status: code, err } = await aditHere(['upgrade'], folder);
  assert.equal(code, 1);
  assert.match(err, new RegExp(`admin\\.listen 127\\.0\\.0\\.1:${port}`));
  const after = await status();
  assert.deepEqual([after.pid, after.ports], [before.pid, before.ports]);
  for (const { number } of after.ports) assert.ok(await connects(number));
  assert.equal(await health(), 200);
  // The file is as before: now the upgrade works, and the old process ends.
  change(`listen = "127.0.0.1:${port}"`, 'listen = "127.0.0.1:0"');
  assert.equal((await aditHere(['upgrade'], folder)).status, 0);
  assert.notEqual((await status()).pid, before.pid);
  if (pool.child.exitCode === null) await once(pool.child, 'exit');
  assert.equal(pool.child.exitCode, 0);
  assert.ok((await status()).ready, 'the control socket is that of the new process');
  assert.equal((await aditHere(['stop'], folder)).status, 0);
  await until('nothing is left of the sockets', () =>
    readdirSync(path.join(folder, 'data')).every((name) => !name.includes('sock')),
  );
});

test('an upgrade into another data folder is refused in one sentence, and the pool goes on', async (context) => {
  const { folder, status, change } = await setUp(context);
  const { pid } = await status();
  change('data = "./data"', 'data = "./elsewhere"\ncontrol = "data/control.sock"');
  const { status: code, err } = await aditHere(['upgrade'], folder);
  assert.equal(code, 78);
  assert.match(
    err,
    /adit\.toml:\d+: data: the file names .*elsewhere now, .*stop the pool and start it again/,
  );
  assert.equal(existsSync(path.join(folder, 'elsewhere')), false);
  assert.equal((await status()).pid, pid);
  // Another path to the same folder is not another folder.
  symlinkSync(path.join(folder, 'data'), path.join(folder, 'elsewhere'));
  assert.equal((await aditHere(['upgrade'], folder)).status, 0);
  assert.notEqual((await status()).pid, pid);
  assert.equal((await aditHere(['stop'], folder)).status, 0);
});

test('a port that the new configuration no longer has ends with the upgrade', async (context) => {
  const { folder, pool, status, change, numberOf } = await setUp(context);
  await until('the pool is ready', async () => (await status()).ready);
  const [asic, old] = [await numberOf('asic'), await numberOf('old')];
  change(portText(zcashPortToml(OLD_PORT)), '');
  const reload = JSON.parse((await aditHere(['reload', '--json'], folder)).out);
  assert.deepEqual(reload, { applied: [], needsUpgrade: ['chain[chain].ports[old]'], needsRestart: [] });
  assert.ok(await connects(old), 'a reload leaves the port as it is');
  assert.equal((await aditHere(['upgrade'], folder)).status, 0);
  if (pool.child.exitCode === null) await once(pool.child, 'exit');
  assert.deepEqual([await numberOf('asic'), await connects(asic), await connects(old)], [asic, true, false]);
  assert.equal((await aditHere(['stop'], folder)).status, 0);
});

test('a second pool with the same folder is refused, and the first one still answers', async (context) => {
  const { folder, status } = await setUp(context);
  const { pid } = await status();
  const { status: code, err } = await runAdit(['pool'], folder);
  assert.equal(code, 73);
  assert.match(err, /adit\.toml:\d+: data: another pool answers on .*control\.sock/);
  assert.doesNotMatch(err, /or control/);
  assert.equal((await status()).pid, pid);
  // Another control socket does not make it another data folder, neither for this process nor for the next one.
  const other = readFileSync(path.join(folder, 'adit.toml'), 'utf8');
  writeFileSync(path.join(folder, 'other.toml'), `control = "other.sock"\n${other}`);
  const refused = await runAdit(['pool', '-c', 'other.toml'], folder);
  assert.equal(refused.status, 73);
  assert.match(refused.err, /other\.toml:\d+: data: another pool runs on .*data/);
  assert.equal((await aditHere(['upgrade'], folder)).status, 0);
  await until('the new process has the lock', () => FolderLock.isHeld(path.join(folder, 'data')));
  assert.equal((await aditHere(['pool', '-c', 'other.toml'], folder)).status, 73);
  const check = await aditHere(['pool', '--check', '-c', 'other.toml'], folder);
  assert.match(check.out, /warning: data: another pool runs on /);
  const own = await aditHere(['pool', '--check'], folder);
  assert.doesNotMatch(own.out, /another pool runs/);
  assert.equal((await aditHere(['stop'], folder)).status, 0);
});

test('a file that became wrong changes nothing, and the pool can still be queried and stopped', async (context) => {
  const { folder, status, change } = await setUp(context);
  const { pid } = await status();
  change('start_difficulty = 1', 'start_dificulty = 1');
  for (const command of ['reload', 'upgrade']) {
    const { status: code, err } = await aditHere([command], folder);
    assert.equal(code, 78);
    assert.match(err, /start_dificulty/);
  }
  assert.equal((await status()).pid, pid);
  assert.equal((await aditHere(['stop'], folder)).status, 0);
});

test('the pool uses a socket that systemd opened, hands it on under any name, and notifies systemd of every step', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 200n, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const told = path.join(folder, 'told');
  writeFileSync(path.join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${told}\n`, { mode: 0o755 });
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(devnet.url, { ports: [{ name: 'asic', listen: `127.0.0.1:${port}` }] })], {
      top: { data: 'data' },
      admin: { enabled: false },
      upgrade: { drain_seconds: 1 },
    }),
  );
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const args = [process.execPath, '--conditions=adit-source', main, 'pool'];
  const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
  // As systemd does it: the process learns its number only from itself.
  const child = spawn('/bin/sh', ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', fd],
    env: {
      ...process.env,
      PATH: `${folder}:${process.env['PATH']}`,
      NOTIFY_SOCKET: '/run/nobody',
      LISTEN_FDS: '1',
      LISTEN_FDNAMES: 'asic',
    },
  });
  context.after(() => child.kill('SIGKILL'));
  await until('the pool is asked', async () => (await aditHere(['status'], folder)).status === 0);
  // The pool now owns it: without taking the descriptor, no process would listen.
  server.close();
  assert.ok(await connects(port));
  const file = path.join(folder, 'adit.toml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"asic"', '"renamed"'));
  const { pid } = JSON.parse((await aditHere(['upgrade', '--json'], folder)).out) as { pid: number };
  if (child.exitCode === null) await once(child, 'exit');
  assert.ok(await connects(port));
  assert.match((await aditHere(['status'], folder)).out, /port renamed/);
  assert.deepEqual(readFileSync(told, 'utf8').split('\n').slice(0, 2), [
    `--ready --pid=${child.pid}`,
    `--ready --pid=${pid}`,
  ]);
  assert.equal((await aditHere(['stop'], folder)).status, 0);
  await until('the end is told too', () => readFileSync(told, 'utf8').endsWith('--stopping\n'));
});

